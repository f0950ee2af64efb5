#include "scoring/cluster.hpp"

#include <functional>

/// The cluster's nodes: numbers, columns, taints, images.
namespace berth::scoring {

namespace {

std::size_t hash_of(const std::vector<k8s::taint>& taints) {
  std::size_t h = taints.size();
  for (const k8s::taint& t : taints)
    for (const std::string* s : {&t.key, &t.value}) h = h * 31 + std::hash<std::string>{}(*s);
  return h;
}

}  // namespace

cluster::cluster() : taint_set_list_(1) { add_columns(); }

cluster::~cluster() = default;

node_id cluster::find_node(std::string_view name) const {
  const auto there = hosts_.find(name);
  return there == hosts_.end() ? no_node : there->second->id;
}

cluster::host& cluster::host_named(std::string_view name) {
  auto there = hosts_.find(name);
  if (there == hosts_.end()) {
    there = hosts_.emplace(std::string(name), std::make_unique<host>()).first;
    there->second->name = name;
  }
  return *there->second;
}

void cluster::drop_if_unused(host& h) {
  if (h.id == no_node && h.pods.empty()) hosts_.erase(hosts_.find(h.name));
}

node_id cluster::take_number() {
  if (!free_ids_.empty()) {
    const node_id id = free_ids_.back();
    free_ids_.pop_back();
    return id;
  }
  const auto id = static_cast<node_id>(hosts_by_id_.size());
  const std::size_t rows = hosts_by_id_.size() + 1;
  hosts_by_id_.push_back(nullptr);
  for (auto* columns : {&allocatable_, &requested_})
    for (auto& column : *columns) column.push_back(0);
  for (auto* column : {&non_zero_cpu_, &non_zero_memory_, &pod_count_, &allowed_pods_}) column->push_back(0);
  taint_set_of_.push_back(0);
  for (node_set* set :
       {&alive_, &unschedulable_, &reserved_nodes_, &affinity_nodes_, &anti_affinity_nodes_, &host_port_nodes_})
    set->resize(rows);
  return id;
}

// A column for each resource that has a name.
void cluster::add_columns() {
  while (allocatable_.size() < resource_names_.size()) {
    allocatable_.emplace_back(universe(), 0);
    requested_.emplace_back(universe(), 0);
  }
}

void cluster::set_allocatable(node_id id, const k8s::resource_list& amounts) {
  for (auto& column : allocatable_) column[id] = 0;
  allowed_pods_[id] = 0;
  for (const auto& [name, amount] : amounts) {
    if (name == "pods") {
      allowed_pods_[id] = amount.value();
      continue;
    }
    const bool fixed = name == "cpu" || name == "memory" || name == "ephemeral-storage";
    resource_id r = 0;
    if ((!fixed && !is_scalar_resource(name)) || !resource_names_.intern(name, r, resource_names::most)) continue;
    add_columns();
    allocatable_[r][id] = r == cpu ? amount.milli_value() : amount.value();
  }
}

void cluster::set_reservations(host& h, const k8s::node& node) {
  h.reservations = reservations_of(node).good;
  if (h.reservations.empty())
    reserved_nodes_.erase(h.id);
  else
    reserved_nodes_.insert(h.id);
}

cluster::taint_set_id cluster::take_taint_set(const std::vector<k8s::taint>& taints) {
  if (taints.empty()) return 0;
  const std::size_t hash = hash_of(taints);
  const auto [first, last] = taint_sets_by_hash_.equal_range(hash);
  for (auto i = first; i != last; ++i)
    if (taint_set_list_[i->second].taints == taints) {
      ++taint_set_list_[i->second].users;
      return i->second;
    }
  taint_set_id id = 0;
  if (free_taint_sets_.empty()) {
    id = static_cast<taint_set_id>(taint_set_list_.size());
    taint_set_list_.emplace_back();
  } else {
    id = free_taint_sets_.back();
    free_taint_sets_.pop_back();
  }
  taint_set_list_[id] = {taints, 1};
  taint_sets_by_hash_.emplace(hash, id);
  return id;
}

void cluster::leave_taint_set(taint_set_id id) {
  if (id == 0 || --taint_set_list_[id].users != 0) return;
  const auto [first, last] = taint_sets_by_hash_.equal_range(hash_of(taint_set_list_[id].taints));
  for (auto i = first; i != last; ++i)
    if (i->second == id) {
      taint_sets_by_hash_.erase(i);
      break;
    }
  taint_set_list_[id].taints.clear();
  free_taint_sets_.push_back(id);
}

node_id cluster::set_node(k8s::node_ptr node) {
  host& h = host_named(node->name);
  const k8s::node_ptr before = h.node;
  const bool is_new = before == nullptr;
  const bool images_changed = is_new || !image_index::same(h.images, node->images);
  const bool spec_changed = is_new || images_changed || before->labels != node->labels ||
                            before->taints != node->taints || before->annotations != node->annotations ||
                            before->unschedulable != node->unschedulable;
  const bool room_changed = is_new || before->allocatable != node->allocatable;

  if (is_new) {
    h.id = take_number();
    hosts_by_id_[h.id] = &h;
    alive_.insert(h.id);
    ++node_count_;
    for (const pod_info& pod : h.pods) add_to_sums(h.id, demand_at(seats_.find(pod.pod->uid)->second), 1);
    update_pod_sets(h);
  }
  if (images_changed) {
    images_.remove(h.id, h.images);
    h.images = images_.add(h.id, node->images);
  }
  if (is_new || before->taints != node->taints) {
    const taint_set_id old = taint_set_of_[h.id];
    taint_set_of_[h.id] = take_taint_set(node->taints);
    leave_taint_set(old);
  }
  if (room_changed) set_allocatable(h.id, node->allocatable);
  if (is_new || before->annotations != node->annotations) set_reservations(h, *node);
  if (node->unschedulable)
    unschedulable_.insert(h.id);
  else
    unschedulable_.erase(h.id);
  h.node = std::move(node);

  if (spec_changed) ++node_generation_;
  if (spec_changed || room_changed) changes_.add(h.id);
  return h.id;
}

void cluster::remove_node(std::string_view name) {
  const auto there = hosts_.find(name);
  if (there == hosts_.end() || there->second->id == no_node) return;
  host& h = *there->second;
  const node_id id = h.id;

  for (const pod_info& pod : h.pods) add_to_sums(id, demand_at(seats_.find(pod.pod->uid)->second), -1);
  images_.remove(id, h.images);
  h.images.clear();
  h.reservations.clear();
  leave_taint_set(taint_set_of_[id]);
  taint_set_of_[id] = 0;
  set_allocatable(id, {});
  for (node_set* set :
       {&alive_, &unschedulable_, &reserved_nodes_, &affinity_nodes_, &anti_affinity_nodes_, &host_port_nodes_})
    set->erase(id);
  hosts_by_id_[id] = nullptr;
  free_ids_.push_back(id);
  --node_count_;
  h.id = no_node;
  h.node = nullptr;
  ++node_generation_;
  changes_.add(id);
  drop_if_unused(h);
}

void cluster::set_namespace(k8s::namespace_ptr ns) {
  std::string name = ns->name;
  namespaces_.insert_or_assign(std::move(name), std::move(ns));
}

void cluster::remove_namespace(std::string_view name) {
  const auto there = namespaces_.find(name);
  if (there != namespaces_.end()) namespaces_.erase(there);
}

const k8s::string_map* cluster::namespace_labels(std::string_view name) const {
  const auto there = namespaces_.find(name);
  return there == namespaces_.end() ? nullptr : &there->second->labels;
}

}  // namespace berth::scoring
