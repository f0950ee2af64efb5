#include "test/reference/plugins.hpp"

#include <algorithm>
#include <array>

namespace berth::reference {

std::span<const known_plugin> known_plugins() {
  static constexpr std::array plugins{
      known_plugin{"SchedulingGates", nullptr, false, false, false, false, 1},
      known_plugin{"NodeName", make_node_name, true, true, false, false, 1},
      known_plugin{"NodeUnschedulable", make_node_unschedulable, true, true, false, false, 1},
      known_plugin{"TaintToleration", make_taint_toleration, true, true, true, true, 3},
      known_plugin{"NodeAffinity", make_node_affinity, true, true, true, true, 2},
      known_plugin{"NodePorts", make_node_ports, true, true, false, false, 1},
      known_plugin{"NodeResourcesFit", make_node_resources_fit, true, true, true, true, 1},
      known_plugin{"VolumeRestrictions", make_volume_restrictions, true, true, false, false, 1},
      known_plugin{"NodeVolumeLimits", make_node_volume_limits, true, true, false, false, 1},
      known_plugin{"VolumeBinding", make_volume_binding, true, true, true, true, 1},
      known_plugin{"VolumeZone", make_volume_zone, true, true, false, false, 1},
      known_plugin{"PodTopologySpread", make_pod_topology_spread, true, true, true, true, 2},
      known_plugin{"InterPodAffinity", make_inter_pod_affinity, true, true, true, true, 2},
      known_plugin{"DefaultPreemption", nullptr, false, false, false, false, 1},
      known_plugin{"NodeResourcesBalancedAllocation", make_balanced_allocation, false, false, true, true, 1},
      known_plugin{"ImageLocality", make_image_locality, false, false, false, true, 1},
      known_plugin{"NodeDeclaredFeatures", make_node_declared_features, true, true, false, false, 1},
  };
  return plugins;
}

void default_normalize(std::span<std::int64_t> scores, bool reversed) {
  const std::int64_t largest =
      scores.empty() ? 0 : std::max(std::int64_t{0}, *std::max_element(scores.begin(), scores.end()));
  for (std::int64_t& s : scores) {
    if (largest != 0) s = 100 * s / largest;
    if (reversed) s = 100 - s;
  }
}

}  // namespace berth::reference
