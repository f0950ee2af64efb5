#pragma once

#include "test/support/memory_api/request.hpp"
#include "test/support/memory_api/store.hpp"

#include <optional>
#include <string>

/// The body of a LIST, as of the revision that the request asks for, in pages where it asks for pages.
///
/// At resourceVersion 0 `limit` is ignored, as the watch cache ignores it. Upstream: apiserver/pkg/storage.
namespace berth::memory_api {

/// Throws a refusal: 400, 410 (a continue token that is too old), 504 (a revision that is yet to come).
std::string list_body(const store& objects, const target& t, const std::optional<table_request>& as_table,
                      k8s::timestamp now);

}  // namespace berth::memory_api
