#pragma once

#include "scoring/make_plugin.hpp"

#include <cstdint>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <string_view>

namespace scoring = berth::scoring;

/// RandomNode scores nodes by drawing lots: where nothing else scores, a pod goes to any one of the nodes that it can
/// run on, each as likely as the others.
///
/// Arguments
///   seed  optional, at least 0: with it the same pods draw the same lots, so that what happened can be repeated
class random_node final : public scoring::plugin, public scoring::node_score_plugin {
 public:
  explicit random_node(scoring::arguments& args)
      : seed_(args.integer_or("seed", std::random_device{}(), 0, std::numeric_limits<std::int64_t>::max())) {}

  std::string_view name() const override { return "RandomNode"; }

  // A lot is made of the seed, the pod and the node, and not drawn one after another: who asks twice gets one answer.
  std::int64_t score_node(const scoring::pod_info& pod, const scoring::cluster& nodes, scoring::cycle_state&,
                          scoring::node_id node) const override {
    const std::string lot = std::to_string(seed_) + '/' + pod.pod->uid + '/' + nodes.node(node).name;
    return static_cast<std::int64_t>(std::hash<std::string>{}(lot) % 101);
  }

 private:
  std::int64_t seed_;
};
