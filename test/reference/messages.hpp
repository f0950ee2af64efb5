#pragma once

#include "test/reference/status.hpp"

#include <map>
#include <string>
#include <vector>

namespace berth::reference {

/// "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were unschedulable.": how many nodes gave each reason,
/// sorted as texts. Upstream: FitError.Error.
inline std::string fit_error(const std::vector<status>& by_node) {
  std::map<std::string, std::size_t> nodes_by_reason;
  for (const status& s : by_node)
    for (const std::string& reason : s.reasons) ++nodes_by_reason[reason];
  std::map<std::string, int> sorted;
  for (const auto& [reason, nodes] : nodes_by_reason) sorted[std::to_string(nodes) + " " + reason];
  std::string text;
  for (const auto& [one, unused] : sorted) text += (text.empty() ? " " : ", ") + one;
  return "0/" + std::to_string(by_node.size()) + " nodes are available:" + text + (text.empty() ? "" : ".");
}

}  // namespace berth::reference
