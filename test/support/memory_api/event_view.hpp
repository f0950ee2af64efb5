#pragma once

#include "test/support/memory_api/json.hpp"

/// Objects as they are kept, and as one API group shows them. Only events have two faces: core/v1 and events.k8s.io/v1.
///
/// They are kept in the form of core/v1. Upstream: pkg/apis/events/v1/conversion.go.
namespace berth::memory_api {

struct resource;

/// Whether the form shown differs from the form kept.
bool has_view(const resource& of) noexcept;
json shown(const resource& of, json kept);
json kept(const resource& of, json shown);

/// Throws a refusal (422). `old` is nullptr for a creation. Through events.k8s.io/v1 all but `series` is immutable, and
/// times, reporter, action and type are required. Upstream: pkg/apis/core/validation/events.go.
void check_event(const resource& of, const json& event, const json* old);

}  // namespace berth::memory_api
