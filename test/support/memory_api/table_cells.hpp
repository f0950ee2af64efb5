#pragma once

#include "k8s/api/metadata.hpp"
#include "test/support/memory_api/json.hpp"

#include <span>
#include <string_view>

/// The columns of each kind and how its cells are made.
namespace berth::memory_api {

struct resource;

/// `wide` columns are those of `kubectl get -o wide` alone.
struct column {
  std::string_view name;
  std::string_view type = "string";
  bool wide = false;
};

using cells_function = json::array (*)(const json& object, k8s::timestamp now);

struct table_kind {
  std::string_view storage;
  std::span<const column> columns;
  cells_function cells;
};

const table_kind& columns_of(const resource& of);

/// "5m", or "<unknown>" for a time that is missing.
json age(const json& time, k8s::timestamp now);

/// The cells of a pod, in table_pod.cpp for their length.
json::array pod_cells(const json& pod, k8s::timestamp now);

}  // namespace berth::memory_api
