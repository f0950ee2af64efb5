#include "controller/cluster/cluster_change.hpp"

#include "scoring/index/pod_amounts.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace berth::controller {

namespace {

using scoring::event_resource;

struct label_pair {
  const char* assigned;
  const char* target;
};

cluster_change of_nodes(std::uint32_t action, const char* label, const k8s::node_ptr& before,
                        const k8s::node_ptr& after) {
  return {event_resource::node, action, label, nullptr, nullptr, before, after, {}, {}};
}

/// In thousandths, as kube-scheduler compares all amounts here, in 64 bits that wrap around: 9Pi of memory are already
/// too much for them.
std::int64_t wrapped_milli(const k8s::quantity& amount) {
  const std::int64_t milli = amount.milli_value();
  if (milli != std::numeric_limits<std::int64_t>::max()) return milli;
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(amount.value()) * 1000U);
}

/// Whether `a` lacks a resource that `b` names, or has less of one. An amount of zero is named too.
bool any_less(const k8s::resource_list& a, const k8s::resource_list& b) {
  return std::any_of(b.begin(), b.end(), [&](const k8s::resource_list::entry& of_b) {
    const k8s::quantity* of_a = a.find(of_b.first);
    return of_a == nullptr || wrapped_milli(*of_a) < wrapped_milli(of_b.second);
  });
}

}  // namespace

scoring::storage_object view(const owned_storage_object& object) noexcept {
  scoring::storage_object seen;
  std::visit(
      [&seen]<class Held>(const Held& held) {
        if constexpr (!std::is_same_v<Held, std::monostate>) seen = held.get();
      },
      object);
  return seen;
}

scoring::cluster_event cluster_change::view() const noexcept {
  return {resource,
          actions,
          label,
          old_pod.get(),
          new_pod.get(),
          old_node.get(),
          new_node.get(),
          nullptr,
          controller::view(old_object),
          controller::view(new_object)};
}

std::vector<cluster_change> node_changes(const k8s::node_ptr& before, const k8s::node_ptr& after) {
  std::vector<cluster_change> out;
  const k8s::node& a = *before;
  const k8s::node& b = *after;
  // An uncordoned node counts as one whose taints changed; a cordoned one cures nothing.
  if (a.unschedulable && !b.unschedulable)
    out.push_back(of_nodes(scoring::action_update_taints, "NodeUpdateNodeTaint", before, after));
  if (a.allocatable != b.allocatable)
    out.push_back(of_nodes(scoring::action_update_allocatable, "NodeUpdateNodeAllocatable", before, after));
  if (a.labels != b.labels)
    out.push_back(of_nodes(scoring::action_update_labels, "NodeUpdateNodeLabel", before, after));
  if (a.taints != b.taints)
    out.push_back(of_nodes(scoring::action_update_taints, "NodeUpdateNodeTaint", before, after));
  if (a.annotations != b.annotations)
    out.push_back(of_nodes(scoring::action_update_annotations, "NodeUpdateNodeAnnotation", before, after));
  if (a.declared_features != b.declared_features)
    out.push_back(of_nodes(scoring::action_update_declared_features, "NodeUpdateNodeDeclaredFeature", before, after));
  return out;
}

std::vector<cluster_change> pod_changes(const k8s::pod_ptr& before, const k8s::pod_ptr& after,
                                        event_resource resource) {
  std::vector<cluster_change> out;
  const bool target = resource == event_resource::target_pod;
  const auto add = [&](std::uint32_t action, label_pair label) {
    out.push_back({resource, action, target ? label.target : label.assigned, before, after, nullptr, nullptr, {}, {}});
  };
  const bool holds_the_same = before->resize_infeasible == after->resize_infeasible &&
                              before->status_resources == after->status_resources &&
                              before->pod_level_status == after->pod_level_status;
  if (before->spec != after->spec || !holds_the_same) {
    if (before->spec->labels != after->spec->labels)
      add(scoring::action_update_labels, {"AssignedPodUpdatePodLabel", "TargetPodUpdatePodLabel"});
    const k8s::resource_list was = scoring::amounts_of(*before);
    const k8s::resource_list is = scoring::amounts_of(*after);
    if (any_less(is, was))
      add(scoring::action_scale_down, {"AssignedPodUpdatePodScaleDown", "TargetPodUpdatePodScaleDown"});
    if (any_less(was, is)) add(scoring::action_scale_up, {"AssignedPodUpdatePodScaleUp", "TargetPodUpdatePodScaleUp"});
  }
  if (!before->scheduling_gates.empty() && after->scheduling_gates.empty())
    add(scoring::action_gates_eliminated,
        {"AssignedPodUpdatePodSchedulingGatesEliminated", "TargetPodUpdatePodSchedulingGatesEliminated"});
  if (before->spec->tolerations.size() != after->spec->tolerations.size())
    add(scoring::action_update_tolerations, {"AssignedPodUpdatePodToleration", "TargetPodUpdatePodToleration"});
  // What the scheduler itself wrote into a waiting pod's status is no news to it. Upstream: isPodUpdated in the queue.
  const bool status_alone = before->spec == after->spec && before->scheduling_gates == after->scheduling_gates &&
                            before->terminating() == after->terminating();
  // Concerns only plugins that asked for any update at all, as in upstream's MatchClusterEvents.
  if (out.empty() && !(target && status_alone))
    add(scoring::action_update_other, {"AssignedPodUpdate", "TargetPodUpdate"});
  return out;
}

cluster_change node_added(k8s::node_ptr node) {
  return {event_resource::node, scoring::action_add, "NodeAdd", nullptr, nullptr, nullptr, std::move(node), {}, {}};
}

cluster_change node_deleted(k8s::node_ptr node) {
  return {
      event_resource::node, scoring::action_delete, "NodeDelete", nullptr, nullptr, std::move(node), nullptr, {}, {}};
}

cluster_change assigned_pod_added(k8s::pod_ptr pod) {
  return {event_resource::assigned_pod,
          scoring::action_add,
          "AssignedPodAdd",
          nullptr,
          std::move(pod),
          nullptr,
          nullptr,
          {},
          {}};
}

cluster_change assigned_pod_deleted(k8s::pod_ptr pod) {
  return {event_resource::assigned_pod,
          scoring::action_delete,
          "AssignedPodDelete",
          std::move(pod),
          nullptr,
          nullptr,
          nullptr,
          {},
          {}};
}

cluster_change nomination_ended(k8s::pod_ptr pod) {
  const std::int32_t priority = pod->spec->priority;
  cluster_change change = assigned_pod_deleted(std::move(pod));
  change.highest_priority = priority;
  return change;
}

cluster_change namespace_changed(std::uint32_t action) {
  const char* label = action == scoring::action_add      ? "NamespaceAdd"
                      : action == scoring::action_delete ? "NamespaceDelete"
                                                         : "NamespaceUpdate";
  return {event_resource::namespace_object, action, label, nullptr, nullptr, nullptr, nullptr, {}, {}};
}

cluster_change waited_too_long() {
  return {event_resource::anything,
          scoring::action_all,
          "UnschedulableTimeout",
          nullptr,
          nullptr,
          nullptr,
          nullptr,
          {},
          {}};
}

}  // namespace berth::controller
