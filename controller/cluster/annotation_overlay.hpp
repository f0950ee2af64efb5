#pragma once

#include "k8s/api/metadata.hpp"

#include <string>
#include <vector>

/// What was decided about a node's annotations and the watch does not show yet: "assumed annotations", as pods are
/// assumed. The cache lays it over what the server has, so that a decision sees what will be there. A plain value.
namespace berth::controller {

struct annotation_overlay {
  k8s::string_map set;
  std::vector<std::string> hidden;  ///< keys, sorted

  bool empty() const noexcept { return set.empty() && hidden.empty(); }
  bool operator==(const annotation_overlay&) const = default;

  void lay_over(k8s::string_map& annotations) const {
    for (const std::string& key : hidden) annotations.erase(key);
    for (const auto& [key, value] : set) annotations.set(key, value);
  }
};

}  // namespace berth::controller
