#include "scoring/plugins/not_yet.hpp"
#include "scoring/plugins/plugins.hpp"

namespace berth::scoring {

registry default_registry() {
  registry plugins;
  plugins.add("SchedulingGates", make_scheduling_gates);
  plugins.add("PrioritySort", make_priority_sort);
  plugins.add("NodeName", make_node_name);
  plugins.add("NodeUnschedulable", make_node_unschedulable);
  plugins.add("TaintToleration", make_taint_toleration);
  plugins.add("NodeAffinity", make_node_affinity);
  plugins.add("NodeDeclaredFeatures", make_node_declared_features);
  plugins.add("NodePorts", make_node_ports);
  plugins.add("NodeResourcesFit", make_node_resources_fit);
  plugins.add("NodeResourcesBalancedAllocation", make_node_resources_balanced_allocation);
  plugins.add("ImageLocality", make_image_locality);
  plugins.add("PodTopologySpread", make_pod_topology_spread);
  plugins.add("VolumeRestrictions", make_volume_restrictions);
  plugins.add("NodeVolumeLimits", make_node_volume_limits);
  plugins.add("VolumeBinding", make_volume_binding);
  plugins.add("VolumeZone", make_volume_zone);
  plugins.add("InterPodAffinity", make_inter_pod_affinity);
  plugins.add("DefaultBinder", make_default_binder);
  plugins.add("DefaultPreemption", make_default_preemption);
  plugins.add("MaxPodCount", make_max_pod_count);
  plugins.add("NodeReservation", make_node_reservation);
  plugins.add("NodeLabelFilter", make_node_label_filter);
  plugins.add("NodeLabelScore", make_node_label_score);
  plugins.add("Trace", make_trace);
  add_not_yet(plugins);
  return plugins;
}

}  // namespace berth::scoring
