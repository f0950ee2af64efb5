#include "test/parity/events.hpp"

#include <algorithm>
#include <stdexcept>

namespace berth::test {

namespace {

using controller::cluster_change;
using controller::owned_storage_object;
using scoring::event_resource;

k8s::cluster_objects object_in(std::string_view json) {
  if (json.empty() || json == "null") return {};
  k8s::cluster_objects read = k8s::read_cluster(json, "event").value();
  if (!read.dropped.empty()) throw std::runtime_error(read.dropped.front().detail);
  return read;
}

template <class Pointer>
Pointer first(const std::vector<Pointer>& all) {
  return all.empty() ? nullptr : all.front();
}

template <class Pointer>
void add_storage(std::vector<cluster_change>& out, event_resource about, const std::vector<Pointer>& before,
                 const std::vector<Pointer>& after) {
  if (before.empty() && after.empty()) return;
  cluster_change c;
  c.resource = about;
  c.actions = before.empty() ? scoring::action_add : after.empty() ? scoring::action_delete : scoring::action_update;
  c.label = "Storage";
  if (!before.empty()) c.old_object = before.front();
  if (!after.empty()) c.new_object = after.front();
  out.push_back(std::move(c));
}

}  // namespace

recorded_event parse_event(std::string_view before, std::string_view after) {
  return {object_in(before), object_in(after)};
}

std::vector<cluster_change> changes_of(const recorded_event& event) {
  const k8s::cluster_objects& a = event.before;
  const k8s::cluster_objects& b = event.after;
  if (!a.nodes.empty() && !b.nodes.empty()) return controller::node_changes(first(a.nodes), first(b.nodes));
  if (!b.nodes.empty()) return {controller::node_added(first(b.nodes))};
  if (!a.nodes.empty()) return {controller::node_deleted(first(a.nodes))};
  if (!a.pods.empty() && !b.pods.empty())
    return controller::pod_changes(first(a.pods), first(b.pods), event_resource::assigned_pod);
  if (!b.pods.empty()) return {controller::assigned_pod_added(first(b.pods))};
  if (!a.pods.empty()) return {controller::assigned_pod_deleted(first(a.pods))};
  std::vector<cluster_change> out;
  add_storage(out, event_resource::persistent_volume, a.volumes, b.volumes);
  add_storage(out, event_resource::persistent_volume_claim, a.claims, b.claims);
  add_storage(out, event_resource::storage_class, a.storage_classes, b.storage_classes);
  add_storage(out, event_resource::csi_node, a.csi_nodes, b.csi_nodes);
  add_storage(out, event_resource::csi_driver, a.csi_drivers, b.csi_drivers);
  add_storage(out, event_resource::csi_storage_capacity, a.csi_storage_capacities, b.csi_storage_capacities);
  add_storage(out, event_resource::volume_attachment, a.volume_attachments, b.volume_attachments);
  return out;
}

bool wakes(const scoring::profile& profile, const scoring::pod_info& pod, const std::vector<std::string>& refused_by,
           const scoring::cluster& nodes, const recorded_event& event) {
  const std::vector<cluster_change> changes = changes_of(event);
  return std::any_of(changes.begin(), changes.end(), [&](const cluster_change& c) {
    scoring::cluster_event seen = c.view();
    seen.nodes = &nodes;
    return profile.queueing_hint(pod, refused_by, seen);
  });
}

}  // namespace berth::test
