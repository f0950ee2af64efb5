#pragma once

#include "k8s/api/node.hpp"
#include "k8s/api/pod.hpp"

/// Whether the index would be the same with either state of an object. Limits, which no decision reads, make a
/// difference too: the cache is asked for the pods as they are. Private to controller/cluster/.
namespace berth::controller {

inline bool same_for_scheduling(const k8s::pod& a, const k8s::pod& b) {
  const bool same_spec = a.spec == b.spec || *a.spec == *b.spec;
  return same_spec && a.node_name == b.node_name && a.nominated_node_name == b.nominated_node_name &&
         a.deleted == b.deleted && a.preempted == b.preempted && a.started == b.started &&
         a.scheduling_gates == b.scheduling_gates && a.resize_infeasible == b.resize_infeasible &&
         a.status_resources == b.status_resources && a.pod_level_status == b.pod_level_status;
}

inline bool same_for_scheduling(const k8s::node& a, const k8s::node& b) {
  return a.unschedulable == b.unschedulable && a.labels == b.labels && a.annotations == b.annotations &&
         a.taints == b.taints && a.allocatable == b.allocatable && a.images == b.images &&
         a.declared_features == b.declared_features;
}

}  // namespace berth::controller
