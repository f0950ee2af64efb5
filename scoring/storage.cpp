#include "scoring/storage.hpp"

#include <utility>

namespace berth::scoring {

namespace {

/// What the table has under the keys of one group.
template <class Table, class Groups>
auto members(const Table& table, const Groups& groups, const std::string& of) {
  std::vector<typename Table::pointer> found;
  const auto group = groups.find(of);
  if (group == groups.end()) return found;
  found.reserve(group->second.size());
  for (const auto& [key, present] : group->second) found.push_back(table.share(key));
  return found;
}

template <class Groups, class Key>
void leave(Groups& groups, const std::string& of, const Key& key) {
  const auto group = groups.find(of);
  if (group == groups.end()) return;
  group->second.erase(key);
  if (group->second.empty()) groups.erase(group);
}

}  // namespace

std::vector<k8s::volume_ptr> storage::volumes_of_class(const std::string& name) const {
  return members(volumes, volumes_by_class_, name);
}

std::vector<k8s::csi_storage_capacity_ptr> storage::capacities_of_class(const std::string& name) const {
  return members(capacities, capacities_by_class_, name);
}

std::vector<k8s::volume_attachment_ptr> storage::attachments_on(const std::string& node) const {
  return members(attachments, attachments_by_node_, node);
}

void storage::leave_class(const k8s::persistent_volume& volume) {
  leave(volumes_by_class_, volume.storage_class(), volume.name);
}
void storage::leave_class(const k8s::csi_storage_capacity& capacity) {
  leave(capacities_by_class_, capacity.class_name, capacity.key);
}
void storage::leave_node(const k8s::volume_attachment& attachment) {
  leave(attachments_by_node_, attachment.node_name, attachment.name);
}

void storage::set(k8s::volume_ptr volume) {
  if (const k8s::volume_ptr before = volumes.seen(volume->name)) leave_class(*before);
  volumes_by_class_[volume->storage_class()].emplace(volume->name, true);
  volumes.set(volume->name, volume);
}

void storage::set(k8s::claim_ptr claim) { claims.set(claim->key, claim); }
void storage::set(k8s::storage_class_ptr cls) { classes.set(cls->name, cls); }
void storage::set(k8s::csi_node_ptr node) {
  ++csi_node_generation_;
  csi_nodes.set(node->name, node);
}
void storage::set(k8s::csi_driver_ptr driver) { csi_drivers.set(driver->name, driver); }

void storage::set(k8s::csi_storage_capacity_ptr capacity) {
  if (const k8s::csi_storage_capacity_ptr before = capacities.seen(capacity->key)) leave_class(*before);
  capacities_by_class_[capacity->class_name].emplace(capacity->key, true);
  capacities.set(capacity->key, capacity);
}

void storage::set(k8s::volume_attachment_ptr attachment) {
  ++attachment_generation_;
  if (const k8s::volume_attachment_ptr before = attachments.seen(attachment->name)) leave_node(*before);
  attachments_by_node_[attachment->node_name].emplace(attachment->name, true);
  attachments.set(attachment->name, attachment);
}

void storage::remove(const k8s::persistent_volume& volume) {
  const k8s::volume_ptr before = volumes.seen(volume.name);
  if (before == nullptr) return;
  leave_class(*before);
  volumes.remove(before->name);
}

void storage::remove(const k8s::persistent_volume_claim& claim) { claims.remove(claim.key); }
void storage::remove(const k8s::storage_class& cls) { classes.remove(cls.name); }
void storage::remove(const k8s::csi_node& node) {
  ++csi_node_generation_;
  csi_nodes.remove(node.name);
}
void storage::remove(const k8s::csi_driver& driver) { csi_drivers.remove(driver.name); }

void storage::remove(const k8s::csi_storage_capacity& capacity) {
  const k8s::csi_storage_capacity_ptr before = capacities.seen(capacity.key);
  if (before == nullptr) return;
  leave_class(*before);
  capacities.remove(before->key);
}

void storage::remove(const k8s::volume_attachment& attachment) {
  ++attachment_generation_;
  const k8s::volume_attachment_ptr before = attachments.seen(attachment.name);
  if (before == nullptr) return;
  leave_node(*before);
  attachments.remove(before->name);
}

bool storage::assume(k8s::volume_ptr volume) {
  const std::string name = volume->name;
  return volumes.assume(name, std::move(volume));
}
bool storage::assume(k8s::claim_ptr claim) {
  const k8s::object_key key = claim->key;
  return claims.assume(key, std::move(claim));
}
void storage::restore(const k8s::persistent_volume& volume) { volumes.restore(volume.name, volume); }
void storage::restore(const k8s::persistent_volume_claim& claim) { claims.restore(claim.key, claim); }

}  // namespace berth::scoring
