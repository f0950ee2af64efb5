#pragma once

#include "scoring/make_plugin.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace k8s = berth::k8s;
namespace scoring = berth::scoring;

/// TakeTurns gives pods to nodes in turn: each goes to the node that has waited longest. Only nodes with a certain
/// label take part, each up to a number of pods.
///
/// Arguments
///   label  required: the key of the label that a node takes part by
///   most   at least 1, default 110: no more pods than this on a node
class take_turns final : public scoring::plugin,
                         public scoring::node_filter_plugin,
                         public scoring::node_score_plugin,
                         public scoring::reserve_plugin {
 public:
  explicit take_turns(scoring::arguments& args) {
    label_ = args.text_or("label", "");
    if (label_.empty()) args.fail("label", "is required");
    if (!scoring::is_qualified_name(label_)) args.fail("label", "\"" + label_ + "\" is no label key");
    most_ = static_cast<std::size_t>(args.integer_or("most", 110, 1, 1000));
  }

  std::string_view name() const override { return "TakeTurns"; }

  scoring::status filter_node(const scoring::pod_info&, const scoring::cluster& nodes, scoring::cycle_state&,
                              scoring::node_id node) const override {
    if (!takes_part(nodes.node(node))) return scoring::status::unresolvable("node(s) take no turns");
    if (nodes.pods_on(node).size() >= most_) return scoring::status::refuse("node(s) have had their share");
    return scoring::status::ok();
  }

  std::int64_t score_node(const scoring::pod_info&, const scoring::cluster& nodes, scoring::cycle_state&,
                          scoring::node_id node) const override {
    return turn_of(nodes.node(node).name);
  }

  scoring::scaling scales() const override { return scoring::scaling::own; }

  scoring::status normalize(const scoring::pod_info&, const scoring::cluster&, scoring::cycle_state&,
                            scoring::score_column& column) const override {
    const std::int64_t longest_ago = *std::min_element(column.scores().begin(), column.scores().end());
    for (std::int64_t& score : column.scores()) score -= longest_ago;
    const bool reverse = true;  // the smallest becomes 100
    scoring::default_normalize(column.scores(), reverse);
    return scoring::status::ok();
  }

  scoring::status reserve(const scoring::pod_info&, const scoring::cluster&, scoring::cycle_state& cycle,
                          std::string_view node) override {
    cycle.of<std::int64_t>(this, [&] { return turn_of(node); });
    turns_[std::string(node)] = ++turn_;
    return scoring::status::ok();
  }

  void unreserve(const scoring::pod_info&, const scoring::cluster&, scoring::cycle_state& cycle,
                 std::string_view node) override {
    if (const std::int64_t* before = cycle.find<std::int64_t>(this)) turns_[std::string(node)] = *before;
  }

  std::vector<scoring::event_interest> events_to_register() const override {
    return {{scoring::event_resource::node, scoring::action_add | scoring::action_update_labels},
            {scoring::event_resource::assigned_pod, scoring::action_delete}};
  }

  bool queueing_hint(const scoring::pod_info&, const scoring::cluster_event& event) const override {
    return event.new_node == nullptr || takes_part(*event.new_node);
  }

  scoring::dependencies reads() const override { return {0, scoring::reach::anywhere}; }

 private:
  bool takes_part(const k8s::node& node) const { return node.labels.contains(label_); }

  std::int64_t turn_of(std::string_view node) const {
    const auto turn = turns_.find(node);
    return turn == turns_.end() ? 0 : turn->second;
  }

  std::string label_;
  std::size_t most_ = 0;
  std::int64_t turn_ = 0;
  std::map<std::string, std::int64_t, std::less<>> turns_;  ///< by node: when it last had one
};
