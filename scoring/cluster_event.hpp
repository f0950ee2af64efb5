#pragma once

#include "k8s/api/node.hpp"
#include "k8s/api/pod.hpp"
#include "k8s/api/storage.hpp"

#include <cstdint>
#include <string>
#include <type_traits>
#include <variant>

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
  persistent_volume,
  persistent_volume_claim,
  storage_class,
  csi_node,
  csi_driver,
  csi_storage_capacity,
  volume_attachment,
  anything,  ///< wildcard
};

/// An object of one of the kinds of storage.
using storage_object = std::variant<std::monostate, const k8s::persistent_volume*, const k8s::persistent_volume_claim*,
                                    const k8s::storage_class*, const k8s::csi_node*, const k8s::csi_driver*,
                                    const k8s::csi_storage_capacity*, const k8s::volume_attachment*>;

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
  action_update_declared_features = 1u << 12,
  action_update = 0x1ffcu,
  action_all = 0x1fffu,
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
  storage_object old_object{};
  storage_object new_object{};

  /// The object as it was before, or as it is now, where the event is about one of this kind; else nullptr.
  template <class Object>
  const Object* before() const noexcept {
    return object_in<Object>(old_object, old_node, old_pod);
  }
  template <class Object>
  const Object* now() const noexcept {
    return object_in<Object>(new_object, new_node, new_pod);
  }

  bool concerns(const event_interest& i) const noexcept {
    return i.resource == event_resource::anything || resource == event_resource::anything ||
           (i.resource == resource && (i.actions & actions) != 0);
  }

 private:
  template <class Object>
  static const Object* object_in(const storage_object& object, const k8s::node* node, const k8s::pod* pod) noexcept {
    if constexpr (std::is_same_v<Object, k8s::node>) {
      return node;
    } else if constexpr (std::is_same_v<Object, k8s::pod>) {
      return pod;
    } else {
      const auto* there = std::get_if<const Object*>(&object);
      return there == nullptr ? nullptr : *there;
    }
  }
};

}  // namespace berth::scoring
