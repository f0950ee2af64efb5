#pragma once

#include "controller/config/configuration.hpp"
#include "controller/offline/waiting_pods.hpp"
#include "k8s/codec/cluster_file.hpp"
#include "scoring/registry.hpp"

#include <fstream>
#include <random>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// The pending pods of a cluster file, decided one after another: all that the process does about a pod between its
/// events and its binding. A pod that is placed counts for the next; so does a preemption that is over. For the
/// programs that measure decisions. Throws where the file cannot be read.
namespace berth::bench {

inline k8s::cluster_objects read_cluster_file(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  k8s::result<k8s::cluster_objects> objects = k8s::read_cluster(text.str(), file);
  if (!objects) throw std::runtime_error(file + ": " + objects.error().detail);
  return std::move(*objects);
}

struct cluster_at_work {
  explicit cluster_at_work(const k8s::cluster_objects& objects)
      : profiles(controller::make_profiles(controller::default_configuration("default-scheduler"),
                                           scoring::default_registry())),
        waiting(controller::load_cluster(objects, profiles, false, nodes)) {}

  // Whether the pod has a node now.
  bool decide(const k8s::pod_ptr& pod) {
    const scoring::pod_info info = nodes.intern(pod);
    scoring::cycle_state cycle;
    scoring::decision made = profiles.front().schedule(info, nodes, cycle, random);
    std::string node;
    if (const auto* placed = std::get_if<scoring::placement>(&made)) {
      node = placed->node;
    } else if (auto preemption = cycle.out().take_one<scoring::preempt_pods>()) {
      for (const std::string& uid : preemption->victims) nodes.remove(uid);
      node = preemption->node;
    }
    if (!node.empty()) nodes.place(info, node);
    return !node.empty();
  }

  scoring::live_cluster nodes;
  std::vector<scoring::profile> profiles;
  std::vector<controller::waiting_pod> waiting;
  std::mt19937_64 random{1};
};

}  // namespace berth::bench
