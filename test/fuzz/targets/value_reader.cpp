#include "k8s/text/value_reader.hpp"

#include "test/fuzz/fuzz.hpp"

#include <algorithm>
#include <string>

/// Documents in YAML or JSON as trees.
namespace berth::fuzz {

namespace {

std::size_t depth_of(const k8s::value& v) {
  std::size_t depth = 0;
  if (const auto* list = v.as_list()) {
    for (const k8s::value& e : *list) depth = std::max(depth, depth_of(e));
    return depth + 1;
  }
  if (const auto* map = v.as_map()) {
    for (const auto& [key, member] : *map) {
      promise(v.find(key) == &member, "keys are unique");
      depth = std::max(depth, depth_of(member));
    }
    return depth + 1;
  }
  return 0;
}

void check_named(const k8s::error& e) {
  check(e);
  promise(e.detail.starts_with("f:"), "an error names the file");
}

}  // namespace

void value_reader(std::string_view bytes) {
  const auto first = k8s::read_value(bytes, "f", k8s::duplicate_keys::last_wins);
  const auto documents = k8s::read_values(bytes, "f");
  if (!documents) {
    check_named(documents.error());
  } else {
    promise(first.has_value(), "where all documents are read, the first is");
    for (const k8s::value& v : *documents) promise(depth_of(v) <= 64, "depth is capped");
    promise(documents->empty() ? first->is_null() : *first == documents->front(), "and it is the same");
  }
  if (!first) return check_named(first.error());
  promise(depth_of(*first) <= 64, "depth is capped");
}

}  // namespace berth::fuzz
