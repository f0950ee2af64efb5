#pragma once

#include "k8s/api/node.hpp"
#include "k8s/api/pod.hpp"
#include "k8s/api/storage.hpp"
#include "scoring/cluster_event.hpp"

#include <cstdint>
#include <limits>
#include <variant>
#include <vector>

/// A scoring::cluster_event that owns the objects it is about, so that it can be kept (the queue keeps those that
/// happen while a pod is under way). And what an update means, in upstream's terms. Upstream:
/// pkg/scheduler/framework/events.go, PodSchedulingPropertiesChange and NodeSchedulingPropertiesChange.
namespace berth::controller {

/// As scoring::storage_object, and owning.
using owned_storage_object =
    std::variant<std::monostate, k8s::volume_ptr, k8s::claim_ptr, k8s::storage_class_ptr, k8s::csi_node_ptr,
                 k8s::csi_driver_ptr, k8s::csi_storage_capacity_ptr, k8s::volume_attachment_ptr>;
scoring::storage_object view(const owned_storage_object& object) noexcept;

struct cluster_change {
  scoring::event_resource resource = scoring::event_resource::anything;
  std::uint32_t actions = scoring::action_all;
  const char* label = "";  ///< a literal
  k8s::pod_ptr old_pod;
  k8s::pod_ptr new_pod;
  k8s::node_ptr old_node;
  k8s::node_ptr new_node;
  owned_storage_object old_object{};
  owned_storage_object new_object{};
  /// It concerns no pod of a higher priority than this.
  std::int32_t highest_priority = std::numeric_limits<std::int32_t>::max();

  /// Valid while this is.
  scoring::cluster_event view() const noexcept;
};

/// What an update of a node changed for scheduling: none for a heartbeat, else one change per kind, in upstream's
/// order.
std::vector<cluster_change> node_changes(const k8s::node_ptr& before, const k8s::node_ptr& after);

/// What an update of a pod changed; `resource` is assigned_pod, or target_pod for a waiting pod itself. Where nothing
/// specific did, one plain update; none where a waiting pod's status is all that changed.
std::vector<cluster_change> pod_changes(const k8s::pod_ptr& before, const k8s::pod_ptr& after,
                                        scoring::event_resource resource);

cluster_change node_added(k8s::node_ptr node);
cluster_change node_deleted(k8s::node_ptr node);
cluster_change assigned_pod_added(k8s::pod_ptr pod);
cluster_change assigned_pod_deleted(k8s::pod_ptr pod);
/// A waiting pod gave up the node that it was nominated to: for pods of no higher priority, as if it had been there and
/// was deleted.
cluster_change nomination_ended(k8s::pod_ptr pod);
cluster_change namespace_changed(std::uint32_t action);
/// A pod has waited too long: everything is tried again. Upstream: UnschedulableTimeout.
cluster_change waited_too_long();

}  // namespace berth::controller
