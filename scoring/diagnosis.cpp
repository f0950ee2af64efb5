#include "scoring/diagnosis.hpp"

#include <algorithm>
#include <map>

namespace berth::scoring {

namespace {

// " 1 Insufficient cpu, 2 node(s) had ...": sorted as text, so 10 comes before 2.
std::string histogram(const diagnosis& d) {
  std::vector<std::size_t> nodes_by_refusal(d.table.size());
  for (const refusal_id id : d.refused_by) ++nodes_by_refusal[id];
  std::map<std::string_view, std::size_t> nodes_by_reason;
  for (refusal_id id = 1; id < d.table.size(); ++id)
    if (nodes_by_refusal[id] != 0)
      for (const std::string& reason : d.table[id].reasons) nodes_by_reason[reason] += nodes_by_refusal[id];

  std::vector<std::string> parts;
  for (const auto& [reason, count] : nodes_by_reason)
    parts.push_back(std::to_string(count) + " " + std::string(reason));
  std::sort(parts.begin(), parts.end());
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? " " : ", ") + part;
  return text.empty() ? text : text + ".";
}

}  // namespace

std::string diagnosis::message() const {
  if (node_count == 0) return "no nodes available to schedule pods";
  std::string text = "0/" + std::to_string(node_count) + " nodes are available:";
  text += pre_filter_message.empty() ? histogram(*this) : " " + pre_filter_message + ".";
  if (!post_filter_message.empty()) text += " " + post_filter_message;
  return text;
}

void diagnosis::blame(std::string_view plugin) {
  const auto at = std::lower_bound(plugins.begin(), plugins.end(), plugin);
  if (!plugin.empty() && (at == plugins.end() || *at != plugin)) plugins.emplace(at, plugin);
}

diagnosis diagnosis::after_choice(const status& rejection) {
  diagnosis d;
  d.node_count = 1;
  d.refused_by = {d.table.intern(rejection)};
  d.blame(rejection.plugin);
  return d;
}

}  // namespace berth::scoring
