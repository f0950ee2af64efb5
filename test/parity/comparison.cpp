#include "test/parity/comparison.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace berth::test {

namespace {

constexpr std::array<std::string_view, 5> scored_alike{"TaintToleration", "NodeAffinity", "NodeResourcesFit",
                                                       "NodeResourcesBalancedAllocation", "ImageLocality"};

const std::set<std::string> not_there{"VolumeRestrictions", "NodeVolumeLimits",  "VolumeBinding",
                                      "VolumeZone",         "PodTopologySpread", "DynamicResources"};

bool is_not_yet(const scoring::node_verdict& v) {
  return v.refused != nullptr && !v.refused->reasons.empty() &&
         v.refused->reasons.front().starts_with("berth does not support ");
}

// Of InterPodAffinity's three checks only the one of existing pods' rules is there.
bool went_by_what_is_not_there(const recorded_node& n) {
  if (n.feasible) return false;
  if (not_there.contains(n.plugin)) return true;
  return n.plugin == "InterPodAffinity" &&
         n.reasons != std::vector<std::string>{"node(s) didn't satisfy existing pods anti-affinity rules"};
}

bool same_refusal(const recorded_node& theirs, const scoring::status& ours) {
  std::vector<std::string> reasons = ours.reasons;
  std::sort(reasons.begin(), reasons.end());
  return theirs.plugin == ours.plugin && theirs.code == scoring::name_of(ours.what) && theirs.reasons == reasons;
}

std::string shown(const recorded_node& n) {
  if (n.feasible) return "feasible";
  return n.plugin + " " + n.code + " " + (n.reasons.empty() ? "" : n.reasons.front());
}

std::string shown(const scoring::node_verdict& v) {
  if (v.refused == nullptr) return "feasible";
  return std::string(v.refused->plugin) + " " + std::string(scoring::name_of(v.refused->what)) + " " +
         v.refused->message();
}

// Whether the node's verdict could be compared.
bool compare_node(const recorded_node& theirs, const scoring::node_verdict& ours, const std::string& where,
                  tally& counts) {
  const auto differs = [&] {
    counts.differences.push_back(where + " " + theirs.name + ": " + shown(theirs) + " / " + shown(ours));
    return true;
  };
  if (went_by_what_is_not_there(theirs)) {
    if (ours.refused == nullptr) return differs();
    ++counts.skipped[theirs.plugin + " decided"];
    return false;
  }
  if (is_not_yet(ours)) {
    ++counts.skipped[std::string(ours.refused->plugin) + " would have a say"];
    return false;
  }
  const bool same =
      theirs.feasible ? ours.refused == nullptr : ours.refused != nullptr && same_refusal(theirs, *ours.refused);
  if (!same) return differs();
  ++counts.nodes;
  return true;
}

std::int64_t score_of(const scoring::node_verdict& v, std::string_view plugin) {
  for (const auto& [name, score] : v.scores)
    if (name == plugin) return score;
  return 0;
}

std::int64_t score_of(const recorded_node& n, std::string_view plugin) {
  const auto there = n.scores.find(std::string(plugin));
  return there == n.scores.end() ? 0 : there->second;
}

void compare_scores(const recorded_node& theirs, const scoring::node_verdict& ours, const std::string& where,
                    tally& counts) {
  for (const std::string_view plugin : scored_alike) {
    ++counts.scores;
    if (score_of(theirs, plugin) != score_of(ours, plugin))
      counts.differences.push_back(where + " " + theirs.name + ": " + std::string(plugin) + " " +
                                   std::to_string(score_of(theirs, plugin)) + " / " +
                                   std::to_string(score_of(ours, plugin)));
  }
}

// Whether the plugins that are not there gave all nodes the same, so that they do not matter to which node is best.
bool others_agree(const recorded_pod& pod) {
  std::map<std::string, std::set<std::int64_t>> seen;
  for (const recorded_node& n : pod.nodes)
    for (const auto& [plugin, score] : n.scores)
      if (std::find(scored_alike.begin(), scored_alike.end(), plugin) == scored_alike.end()) seen[plugin].insert(score);
  return std::all_of(seen.begin(), seen.end(), [](const auto& s) { return s.second.size() == 1; });
}

std::string before_preemption(const std::string& message) { return message.substr(0, message.find(" preemption:")); }

}  // namespace

void compare(const recorded_pod& theirs, const controller::pod_judgement& ours, const std::string& where,
             tally& counts) {
  ++counts.pods;
  const std::vector<scoring::node_verdict>& nodes = ours.why.nodes;
  if (theirs.pod != ours.pod || nodes.size() != theirs.nodes.size()) {
    counts.differences.push_back(where + ": another pod, or other nodes: " + ours.pod);
    return;
  }
  bool comparable = true;
  for (std::size_t i = 0; i < nodes.size(); ++i)
    comparable = compare_node(theirs.nodes[i], nodes[i], where, counts) && comparable;
  if (!comparable) {
    ++counts.skipped["messages and scores of pods with such nodes"];
    return;
  }
  if (!theirs.message.empty()) {
    ++counts.messages;
    const std::string message = ours.why.why.message();
    if (before_preemption(theirs.message) != message)
      counts.differences.push_back(where + ": " + theirs.message + " / " + message);
  }
  for (std::size_t i = 0; i < nodes.size(); ++i)
    if (nodes[i].refused == nullptr) compare_scores(theirs.nodes[i], nodes[i], where, counts);
  if (!others_agree(theirs)) {
    ++counts.skipped["best nodes where other plugins scored"];
  } else if (!theirs.best.empty()) {
    ++counts.bests;
    if (theirs.best != ours.why.best) counts.differences.push_back(where + ": other best nodes");
  }
}

}  // namespace berth::test
