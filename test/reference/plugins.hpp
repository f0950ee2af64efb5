#pragma once

#include "k8s/text/value.hpp"
#include "test/reference/plugin.hpp"

#include <memory>
#include <string_view>

/// The plugins, one file each, and the extension points that they take part in.
namespace berth::reference {

using plugin_factory = std::unique_ptr<plugin> (*)(const k8s::value& args);

std::unique_ptr<plugin> make_node_name(const k8s::value& args);
std::unique_ptr<plugin> make_node_unschedulable(const k8s::value& args);
std::unique_ptr<plugin> make_taint_toleration(const k8s::value& args);
std::unique_ptr<plugin> make_node_affinity(const k8s::value& args);
std::unique_ptr<plugin> make_node_ports(const k8s::value& args);
std::unique_ptr<plugin> make_node_resources_fit(const k8s::value& args);
std::unique_ptr<plugin> make_balanced_allocation(const k8s::value& args);
std::unique_ptr<plugin> make_image_locality(const k8s::value& args);
std::unique_ptr<plugin> make_pod_topology_spread(const k8s::value& args);
std::unique_ptr<plugin> make_inter_pod_affinity(const k8s::value& args);
std::unique_ptr<plugin> make_node_declared_features(const k8s::value& args);
std::unique_ptr<plugin> make_volume_restrictions(const k8s::value& args);
std::unique_ptr<plugin> make_node_volume_limits(const k8s::value& args);
std::unique_ptr<plugin> make_volume_binding(const k8s::value& args);
std::unique_ptr<plugin> make_volume_zone(const k8s::value& args);

struct known_plugin {
  std::string_view name;
  plugin_factory make;  ///< nullptr: SchedulingGates and DefaultPreemption, which are asked elsewhere
  bool pre_filter, filter, pre_score, score;
  std::int64_t default_weight;
};
/// In the order in which kube-scheduler enables them.
std::span<const known_plugin> known_plugins();

}  // namespace berth::reference
