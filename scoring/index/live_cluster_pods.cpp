#include "scoring/index/live_cluster.hpp"

#include "k8s/api/object_bytes.hpp"
#include "k8s/text/spare_room.hpp"

#include <algorithm>

/// The pods' half of live_cluster: where each is, and the sums over those on a node.
namespace berth::scoring {

k8s::pod_ptr live_cluster::with_shared_spec(k8s::pod_ptr pod) {
  auto shared = specs_.share(pod->spec);
  if (shared == pod->spec) return pod;
  auto copy = std::make_shared<k8s::pod>(*pod);
  copy->spec = std::move(shared);
  return copy;
}

pod_info live_cluster::intern(k8s::pod_ptr pod) {
  spec_table::entry e = specs_.intern(pod->spec);
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

// Of pods on known nodes alone, as upstream's snapshot has it.
void live_cluster::count_claims(const pod_info& pod, bool placed) {
  for (const k8s::volume& v : pod.spec().volumes) {
    if (v.kind != k8s::volume_kind::claim) continue;
    const auto there = claims_in_use_.try_emplace({pod.spec().namespace_, v.reference}, 0).first;
    there->second += placed ? 1u : std::size_t(-1);
    if (there->second == 0) claims_in_use_.erase(there);
  }
}

void live_cluster::enter(host& h, const pod_info& pod, const demand& held) {
  h.ports.add(pod.spec());
  add_scalars(h, held, 1);
  if (h.id == no_node) return;
  add_to_sums(h.id, held, 1);
  count_claims(pod, true);
  update_pod_sets(h.id, h);
  changes_.add(h.id);
  parts_.pod_placed(h.id, pod);
}

void live_cluster::leave(host& h, const pod_info& pod, const demand& held) {
  h.ports.remove(pod.spec());
  add_scalars(h, held, -1);
  if (h.id == no_node) return;
  add_to_sums(h.id, held, -1);
  count_claims(pod, false);
  update_pod_sets(h.id, h);
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
  if (kept.pod->reports_resources()) {
    s.held = std::make_unique<const demand>(demand_of_placed(*kept.pod));
  }
  h.pods.push_back(kept);
  enter(h, kept, demand_at(s));
  seats_.emplace(kept.pod->uid, std::move(s));
  placements_.add(kept.pod->spec, k8s::bytes_of(kept.spec()), true, seats_.size());
}

void live_cluster::remove(std::string_view pod_uid) {
  const auto there = seats_.find(pod_uid);
  if (there == seats_.end()) return;
  const seat s = std::move(there->second);
  seats_.erase(there);
  k8s::shrink_table(seats_);
  host& h = *s.where;
  const pod_info pod = std::move(h.pods[s.index]);  // keeps the uid alive
  if (s.index + 1 != h.pods.size()) {
    h.pods[s.index] = std::move(h.pods.back());
    seats_.find(h.pods[s.index].pod->uid)->second.index = s.index;
  }
  h.pods.pop_back();
  k8s::shrink_list(h.pods);
  leave(h, pod, s.held != nullptr ? *s.held : *pod.requests);
  drop_if_unused(h);
  placements_.add(pod.pod->spec, k8s::bytes_of(pod.spec()), false, seats_.size());
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

void live_cluster::set_disruption_budget(k8s::disruption_budget_ptr budget) {
  const auto at = std::lower_bound(budgets_.begin(), budgets_.end(), budget->key,
                                   [](const auto& b, const k8s::object_key& key) { return b->key < key; });
  if (at != budgets_.end() && (*at)->key == budget->key)
    *at = std::move(budget);
  else
    budgets_.insert(at, std::move(budget));
}

void live_cluster::remove_disruption_budget(const k8s::object_key& key) {
  std::erase_if(budgets_, [&](const auto& b) { return b->key == key; });
}

}  // namespace berth::scoring
