#include "scoring/index/live_cluster.hpp"

/// The nodes' half of live_cluster: numbers, columns, taints, images; and namespaces.
namespace berth::scoring {

live_cluster::live_cluster() {
  for (resource_id r = 0; r < first_scalar; ++r) add_column(r);
}

live_cluster::~live_cluster() = default;

node_id live_cluster::find_node(std::string_view name) const {
  const auto there = hosts_.find(name);
  return there == hosts_.end() ? no_node : there->second->id;
}

live_cluster::host& live_cluster::host_named(std::string_view name) {
  auto there = hosts_.find(name);
  if (there == hosts_.end()) {
    there = hosts_.emplace(std::string(name), std::make_unique<host>()).first;
    there->second->name = name;
  }
  return *there->second;
}

void live_cluster::drop_if_unused(host& h) {
  if (h.id == no_node && h.pods.empty()) hosts_.erase(hosts_.find(h.name));
}

node_id live_cluster::take_number() {
  if (!free_ids_.empty()) {
    const node_id id = free_ids_.back();
    free_ids_.pop_back();
    return id;
  }
  const auto id = static_cast<node_id>(rows_.size());
  const std::size_t rows = rows_.size() + 1;
  rows_.push_back(nullptr);
  for (auto* columns : {&allocatable_, &requested_})
    for (auto& column : *columns) column.push_back(0);
  for (auto* column : {&non_zero_cpu_, &non_zero_memory_, &pod_count_, &allowed_pods_}) column->push_back(0);
  taint_set_of_.push_back(0);
  for (node_set* set : {&alive_, &unschedulable_, &beyond_columns_, &host_port_nodes_}) set->resize(rows);
  return id;
}

// The columns of a resource that just got this number: what pods hold of it, and nodes that came when no number was
// free have of it, was kept by name until now.
void live_cluster::add_column(resource_id r) {
  if (r == allocatable_.size()) {
    allocatable_.emplace_back();
    requested_.emplace_back();
  }
  allocatable_[r].assign(universe(), 0);
  requested_[r].assign(universe(), 0);
  if (r < first_scalar) return;
  const std::string name = resource_names_.name(r);
  for (const auto& [of_host, h] : hosts_) {
    if (h->id == no_node) continue;
    const auto there = h->scalars.find(name);
    if (there != h->scalars.end()) requested_[r][h->id] = there->second;
    if (!beyond_columns_.contains(h->id)) continue;
    const k8s::quantity* amount = h->node->allocatable.find(name);
    resource_id same = r;
    if (amount == nullptr || !resource_names_.take(name, same)) continue;
    allocatable_[r][h->id] = amount->value();
    h->numbered.push_back(name);
  }
}

void live_cluster::set_allocatable(host& h, const k8s::resource_list& amounts) {
  const node_id id = h.id;
  std::vector<std::string> numbered;
  beyond_columns_.erase(id);
  bool beyond = false;
  allowed_pods_[id] = 0;
  for (resource_id r = 0; r < first_scalar; ++r) allocatable_[r][id] = 0;
  for (const std::string& name : h.numbered) {
    allocatable_[*resource_names_.find(name)][id] = 0;
    resource_names_.leave(name);
  }
  for (const auto& [name, amount] : amounts) {
    if (name == "pods")
      allowed_pods_[id] = amount.value();
    else if (name == "cpu")
      allocatable_[cpu][id] = amount.milli_value();
    else if (name == "memory")
      allocatable_[memory][id] = amount.value();
    else if (name == "ephemeral-storage")
      allocatable_[ephemeral_storage][id] = amount.value();
    else if (is_scalar_resource(name)) {
      const bool known = resource_names_.find(name) != nullptr;
      resource_id r = 0;
      if (!resource_names_.take(name, r)) {
        beyond = true;
        continue;
      }
      if (!known) add_column(r);
      allocatable_[r][id] = amount.value();
      numbered.push_back(name);
    }
  }
  h.numbered = std::move(numbered);
  if (beyond) beyond_columns_.insert(id);
}

void live_cluster::log_node(node_id n) {
  changes_.add(n);
  node_changes_.add(n);
}

node_id live_cluster::set_node(k8s::node_ptr node) {
  host& h = host_named(node->name);
  const k8s::node_ptr before = h.node;
  const bool is_new = before == nullptr;
  const bool images_changed = is_new || !image_index::same(h.images, node->images);
  const bool spec_changed = is_new || images_changed || before->labels != node->labels ||
                            before->taints != node->taints || before->annotations != node->annotations ||
                            before->unschedulable != node->unschedulable ||
                            before->declared_features != node->declared_features;
  const bool room_changed = is_new || before->allocatable != node->allocatable;

  if (is_new) {
    h.id = take_number();
    rows_[h.id] = &h;
    alive_.insert(h.id);
    ++node_count_;
    for (const pod_info& pod : h.pods) {
      add_to_sums(h.id, demand_at(seats_.find(pod.pod->uid)->second), 1);
      count_claims(pod, true);
    }
    update_pod_sets(h.id, h);
  }
  if (images_changed) {
    images_.remove(h.id, h.images);
    h.images = images_.add(h.id, node->images);
  }
  if (is_new || before->taints != node->taints) {
    const taint_set_id old = taint_set_of_[h.id];
    taint_set_of_[h.id] = taint_numbers_.take(node->taints);
    taint_numbers_.leave(old);
  }
  if (room_changed) set_allocatable(h, node->allocatable);
  if (node->unschedulable)
    unschedulable_.insert(h.id);
  else
    unschedulable_.erase(h.id);
  h.node = std::move(node);

  if (spec_changed) ++node_generation_;
  if (spec_changed || room_changed) log_node(h.id);
  parts_.node_changed(h.id, before.get(), *h.node);
  if (is_new)
    for (const pod_info& pod : h.pods) parts_.pod_placed(h.id, pod);
  return h.id;
}

void live_cluster::remove_node(std::string_view name) {
  const auto there = hosts_.find(name);
  if (there == hosts_.end() || there->second->id == no_node) return;
  host& h = *there->second;
  const node_id id = h.id;

  for (const pod_info& pod : h.pods) {
    add_to_sums(h.id, demand_at(seats_.find(pod.pod->uid)->second), -1);
    count_claims(pod, false);
    parts_.pod_removed(id, pod);
  }
  parts_.node_removed(id, *h.node);
  images_.remove(id, h.images);
  h.images.clear();
  taint_numbers_.leave(taint_set_of_[id]);
  taint_set_of_[id] = 0;
  set_allocatable(h, {});
  for (node_set* set : {&alive_, &unschedulable_, &beyond_columns_, &host_port_nodes_}) set->erase(id);
  rows_[id] = nullptr;
  free_ids_.push_back(id);
  --node_count_;
  h.id = no_node;
  h.node = nullptr;
  ++node_generation_;
  log_node(id);
  drop_if_unused(h);
}

void live_cluster::set_namespace(k8s::namespace_ptr ns) {
  k8s::namespace_ptr& there = namespaces_.try_emplace(ns->name).first->second;
  if (there == nullptr || there->labels != ns->labels) ++namespace_generation_;
  there = std::move(ns);
}

void live_cluster::remove_namespace(std::string_view name) {
  const auto there = namespaces_.find(name);
  if (there == namespaces_.end()) return;
  namespaces_.erase(there);
  ++namespace_generation_;
}

void live_cluster::for_each_namespace(const std::function<void(const k8s::namespace_object&)>& f) const {
  for (const auto& [name, ns] : namespaces_) f(*ns);
}

const k8s::string_map* live_cluster::namespace_labels(std::string_view name) const {
  const auto there = namespaces_.find(name);
  return there == namespaces_.end() ? nullptr : &there->second->labels;
}

// From the hosts, not from the rows: those of a node on trial are not what is placed.
const index_part& live_cluster::find_part(const std::type_info& type, std::unique_ptr<index_part> (*make)()) const {
  return parts_.find(type, make, [&](index_part& part) {
    for (const auto& [name, h] : hosts_) {
      if (h->id == no_node) continue;
      part.node_changed(h->id, nullptr, *h->node);
      for (const pod_info& pod : h->pods) part.pod_placed(h->id, pod);
    }
  });
}

}  // namespace berth::scoring
