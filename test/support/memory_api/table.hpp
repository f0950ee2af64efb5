#pragma once

#include "k8s/api/metadata.hpp"
#include "test/support/memory_api/json.hpp"

#include <string>
#include <string_view>
#include <vector>

/// meta.k8s.io Tables: what `kubectl get` prints.
///
/// Upstream: pkg/printers/internalversion/printers.go; a kind without columns of its own shows name and age.
namespace berth::memory_api {

struct resource;

/// What each row carries beside its cells: `includeObject` of the request.
enum class row_object { none, metadata, whole };

struct table_request {
  std::string version;  ///< "v1" or "v1beta1", of meta.k8s.io
  row_object object = row_object::metadata;
  bool columns = true;  ///< a watch shows them once
};

/// `objects` are given as the resource shows them.
json table(const resource& of, const std::vector<json>& objects, const json& list_metadata,
           const table_request& request, k8s::timestamp now);

/// "5m3s", as kubectl writes an age.
std::string human_duration(std::chrono::seconds age);

}  // namespace berth::memory_api
