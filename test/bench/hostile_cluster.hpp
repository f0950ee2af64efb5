#pragma once

#include "scoring/engine/profile.hpp"
#include "scoring/index/live_cluster.hpp"
#include "test/support/objects.hpp"

#include <random>
#include <string>
#include <vector>

/// A small cluster in which hostile objects are decided, with every plugin that comes with berth; for the test and the
/// benchmark of hostile objects.
namespace berth::bench {

struct hostile_cluster {
  explicit hostile_cluster(int node_count) : judge(configured(), scoring::default_registry()) {
    for (int i = 0; i < node_count; ++i)
      nodes.set_node(test::make_node("node-" + std::to_string(i)).label("disk", "ssd").zone("z").label("zone", "z"));
  }

  scoring::decision decide(const scoring::pod_info& pod) {
    scoring::cycle_state cycle;
    return judge.schedule(pod, nodes, cycle, random);
  }

  scoring::live_cluster nodes;
  std::mt19937_64 random{1};
  scoring::profile judge;

 private:
  static scoring::profile_config configured() {
    scoring::profile_config c;
    c.scheduler_name = "berth";
    c.multi_point.enabled.push_back({"NodeReservation", 0, ""});
    return c;
  }
};

/// Events as queueing hints are asked about them; valid while the object is.
inline scoring::cluster_event gone(const k8s::pod& pod) {
  scoring::cluster_event e;
  e.resource = scoring::event_resource::assigned_pod;
  e.actions = scoring::action_delete;
  e.old_pod = &pod;
  return e;
}
inline scoring::cluster_event came(const k8s::node& node) {
  scoring::cluster_event e;
  e.resource = scoring::event_resource::node;
  e.actions = scoring::action_add;
  e.new_node = &node;
  return e;
}

/// Those that refuse pods.
inline const std::vector<std::string>& all_plugins() {
  static const std::vector<std::string> all{"NodePorts",        "NodeResourcesFit",  "TaintToleration", "NodeAffinity",
                                            "InterPodAffinity", "PodTopologySpread", "NodeReservation"};
  return all;
}

}  // namespace berth::bench
