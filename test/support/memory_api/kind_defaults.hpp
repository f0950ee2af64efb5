#pragma once

#include "test/support/memory_api/json.hpp"

#include <string_view>

/// What an API server adds to objects of particular kinds. Enough for kubectl and for controllers that rely on it.
///
/// Upstream: pkg/apis/{core,apps}/v1/defaults.go, the strategies in pkg/registry, and the admission plugin Priority.
namespace berth::memory_api {

struct resource;
class store;

/// For an object that was just sent; throws a refusal for one that lacks what cannot be filled in.
void default_kind(const resource& of, json& object, const store& objects, std::string_view now);

/// For an update of what may be left out when it is sent again.
void default_update(const resource& of, json& object, const json& old);

}  // namespace berth::memory_api
