#include "scoring/index/live_cluster.hpp"

#include <algorithm>

/// The pods' half of live_cluster: where each is, and the sums over those on a node.
namespace berth::scoring {

namespace {

template <class F>
void each_host_port(const k8s::pod_spec& s, F&& f) {
  for (const auto* list : {&s.init_containers, &s.containers})
    for (const k8s::container& c : *list) {
      // Of the init containers only sidecars go on running. Upstream: schedutil.GetHostPorts.
      if (list == &s.init_containers && !c.sidecar) continue;
      for (const k8s::host_port& p : c.host_ports) f(p);
    }
}

}  // namespace

pod_info live_cluster::intern(k8s::pod_ptr pod) {
  spec_table::entry e = specs_.intern(pod->spec, resource_names_);
  add_columns();
  if (pod->spec != e.spec || pod->uid.empty()) {
    auto copy = std::make_shared<k8s::pod>(*pod);
    copy->spec = std::move(e.spec);
    if (copy->uid.empty()) copy->uid = copy->key.text();
    pod = std::move(copy);
  }
  return {std::move(pod), std::move(e.requests)};
}

const demand& live_cluster::demand_at(const seat& s) const {
  return s.held != nullptr ? *s.held : *s.where->pods[s.index].requests;
}

void live_cluster::add_to_sums(node_id id, const demand& held, std::int64_t sign) {
  for (const auto& [r, amount] : held.amounts) requested_[r][id] += sign * amount;
  non_zero_cpu_[id] += sign * held.non_zero_cpu;
  non_zero_memory_[id] += sign * held.non_zero_memory;
  pod_count_[id] += sign;
}

// Whether a node is among those with host ports.
void live_cluster::update_pod_sets(const host& h) {
  if (h.id == no_node) return;
  if (h.ports.empty())
    host_port_nodes_.erase(h.id);
  else
    host_port_nodes_.insert(h.id);
}

void live_cluster::enter(host& h, const pod_info& pod, const demand& held) {
  each_host_port(pod.spec(), [&](const k8s::host_port& p) { h.ports.push_back(p); });
  if (h.id == no_node) return;
  add_to_sums(h.id, held, 1);
  update_pod_sets(h);
  changes_.add(h.id);
  parts_.pod_placed(h.id, pod);
}

void live_cluster::leave(host& h, const pod_info& pod, const demand& held) {
  each_host_port(pod.spec(), [&](const k8s::host_port& p) {
    const auto there = std::find(h.ports.begin(), h.ports.end(), p);
    *there = std::move(h.ports.back());
    h.ports.pop_back();
  });
  if (h.id == no_node) return;
  add_to_sums(h.id, held, -1);
  update_pod_sets(h);
  changes_.add(h.id);
  parts_.pod_removed(h.id, pod);
}

void live_cluster::place(const pod_info& pod, std::string_view node_name) {
  // Both may be part of what is removed now.
  const pod_info kept = pod;
  const std::string name(node_name);
  remove(kept.pod->uid);
  if (kept.pod->terminal()) return;
  host& h = host_named(name);
  seat s{&h, h.pods.size(), nullptr};
  if (!kept.pod->status_resources.empty()) {
    s.held = std::make_unique<const demand>(demand_of_placed(*kept.pod, resource_names_));
    add_columns();
  }
  h.pods.push_back(kept);
  enter(h, kept, demand_at(s));
  seats_.emplace(kept.pod->uid, std::move(s));
  placements_.add(kept.pod->spec, true);
}

void live_cluster::remove(std::string_view pod_uid) {
  const auto there = seats_.find(pod_uid);
  if (there == seats_.end()) return;
  const seat s = std::move(there->second);
  seats_.erase(there);
  host& h = *s.where;
  const pod_info pod = std::move(h.pods[s.index]);  // keeps the uid alive
  if (s.index + 1 != h.pods.size()) {
    h.pods[s.index] = std::move(h.pods.back());
    seats_.find(h.pods[s.index].pod->uid)->second.index = s.index;
  }
  h.pods.pop_back();
  leave(h, pod, s.held != nullptr ? *s.held : *pod.requests);
  drop_if_unused(h);
  placements_.add(pod.pod->spec, false);
  specs_.released();
}

void live_cluster::for_each_placed(const std::function<void(const pod_info&, std::string_view node_name)>& f) const {
  for (const auto& [name, h] : hosts_)
    for (const pod_info& pod : h->pods) f(pod, name);
}

const pod_info* live_cluster::find_placed(std::string_view pod_uid) const {
  const auto there = seats_.find(pod_uid);
  return there == seats_.end() ? nullptr : &there->second.where->pods[there->second.index];
}

std::string_view live_cluster::node_name_of(std::string_view pod_uid) const {
  const auto there = seats_.find(pod_uid);
  return there == seats_.end() ? std::string_view{} : std::string_view(there->second.where->name);
}

const demand* live_cluster::held_by(std::string_view pod_uid) const {
  const auto there = seats_.find(pod_uid);
  return there == seats_.end() ? nullptr : &demand_at(there->second);
}

}  // namespace berth::scoring
