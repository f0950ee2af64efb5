#pragma once

#include "k8s/api/node.hpp"
#include "k8s/api/pod.hpp"

#include <cstdint>
#include <string>

/// What happened in the cluster, as far as it may cure a refusal; and what a plugin wants to hear of.
/// Upstream: kube-scheduler/framework, ClusterEvent and ActionType (v1.37 names).
namespace berth::scoring {

class cluster;

enum class event_resource : std::uint8_t {
  assigned_pod,     ///< a pod that has a node
  target_pod,       ///< the waiting pod itself
  unscheduled_pod,  ///< another waiting pod
  node,
  namespace_object,
  storage,   ///< claims, volumes, classes, CSI objects
  anything,  ///< wildcard
};

/// A mask.
enum action : std::uint32_t {
  action_add = 1u << 0,
  action_delete = 1u << 1,
  action_update_allocatable = 1u << 2,
  action_update_labels = 1u << 3,
  action_update_taints = 1u << 4,  ///< un-cordoning counts as one, as upstream
  action_update_annotations = 1u << 5,
  action_update_conditions = 1u << 6,
  action_scale_down = 1u << 7,  ///< a pod asks for less than before
  action_scale_up = 1u << 8,
  action_update_tolerations = 1u << 9,
  action_gates_eliminated = 1u << 10,
  action_update_other = 1u << 11,
  action_update = 0xffcu,
  action_all = 0xfffu,
};

struct event_interest {
  event_resource resource = event_resource::anything;
  std::uint32_t actions = action_all;
};

/// One event. `label` is kube-scheduler's name for it ("AssignedPodDelete", "NodeLabelChange"), used in metrics and
/// logs. The objects are those concerned, null where there is none; they live as long as the call.
struct cluster_event {
  event_resource resource = event_resource::anything;
  std::uint32_t actions = action_all;
  const char* label = "";
  const k8s::pod* old_pod = nullptr;
  const k8s::pod* new_pod = nullptr;
  const k8s::node* old_node = nullptr;
  const k8s::node* new_node = nullptr;
  /// The cluster after the event; null where it is not at hand.
  const cluster* nodes = nullptr;

  bool concerns(const event_interest& i) const noexcept {
    return i.resource == event_resource::anything || resource == event_resource::anything ||
           (i.resource == resource && (i.actions & actions) != 0);
  }
};

}  // namespace berth::scoring
