#include "scoring/diagnosis.hpp"

#include <algorithm>

namespace berth::scoring {

namespace {

struct counted {
  std::string_view reason;
  std::size_t nodes;
};

// How many nodes gave each reason, by reason. There may be as many reasons as nodes.
std::vector<counted> count_reasons(const diagnosis& d) {
  std::vector<std::size_t> nodes_by_refusal(d.table.size());
  for (const refusal_id id : d.refused_by) ++nodes_by_refusal[id];
  std::vector<counted> all;
  for (refusal_id id = 1; id < d.table.size(); ++id)
    if (nodes_by_refusal[id] != 0)
      for (const std::string& reason : d.table[id].reasons) all.push_back({reason, nodes_by_refusal[id]});
  std::sort(all.begin(), all.end(), [](const counted& a, const counted& b) { return a.reason < b.reason; });
  std::vector<counted> out;
  for (const counted& c : all) {
    if (out.empty() || out.back().reason != c.reason)
      out.push_back(c);
    else
      out.back().nodes += c.nodes;
  }
  return out;
}

// " 1 Insufficient cpu, 2 node(s) had ...": sorted as text, so 10 comes before 2.
std::string histogram(const diagnosis& d) {
  std::vector<counted> reasons = count_reasons(d);
  std::stable_sort(reasons.begin(), reasons.end(), [](const counted& a, const counted& b) {
    return a.nodes != b.nodes && std::to_string(a.nodes) < std::to_string(b.nodes);
  });
  std::string text;
  for (const counted& c : reasons) {
    text += text.empty() ? " " : ", ";
    text += std::to_string(c.nodes);
    text += ' ';
    text += c.reason;
  }
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
