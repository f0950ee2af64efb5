#include "controller/reservations/owner_reservations.hpp"

#include <algorithm>

namespace berth::controller {

namespace {

/// A pod may be gone that much after its deletionTimestamp without the reservation being dated anew.
constexpr std::chrono::seconds overstay{5};

}  // namespace

// ---- what happened ----------------------------------------------------------------------------------------------

void owner_reservations::placed(const k8s::pod_ptr& pod, bool assumed) {
  owned_pod& p = owner_.pods[pod->uid];
  if (p.pod && p.pod->terminating() && !p.assumed) --terminating_;
  p.pod = pod;
  p.assumed = assumed;
  if (pod->terminating() && !assumed) ++terminating_;
  if (const auto e = entries_.find(pod->uid); e != entries_.end()) {
    e->second.pod_is_there = !assumed;
    p.leaving = true;
  }
}

void owner_reservations::left(const k8s::pod_ptr& pod, bool assumed, k8s::timestamp now) {
  const auto there = owner_.pods.find(pod->uid);
  if (there != owner_.pods.end()) {
    if (there->second.pod->terminating() && !there->second.assumed) --terminating_;
    owner_.pods.erase(there);
  }
  if (assumed) return;  // it never held the room by the server's word
  const auto e = entries_.find(pod->uid);
  if (e != entries_.end()) {
    e->second.pod_is_there = false;
    if (e->second.ended || owner_.hold.count() == 0 || now <= pod->deleted.value_or(now) + overstay) return;
    // Only now its room is free.
    e->second.expires = std::max(e->second.expires, expiry_of(*pod, owner_.hold, now));
    return render(e->second);
  }
  if (entries_.size() >= most_reservations_per_owner) return;
  kept_reservation fresh;
  static_cast<reservation_entry&>(fresh) = entry_for(owner_, *pod, now);
  fresh.dated = owner_.hold.count() > 0;
  fresh.before_known = pods_known_;
  if (fresh.dated) render(fresh);
  entries_.emplace(pod->uid, std::move(fresh));
}

void owner_reservations::forget_pods() {
  for (auto& [id, e] : entries_) e.pod_is_there = false;
  owner_.pods.clear();
  terminating_ = 0;
  pods_known_ = false;
}

void owner_reservations::on_node(const std::string& node, const scoring::reservation& r, k8s::string_map keys) {
  auto there = entries_.find(r.id);
  if (there == entries_.end()) {
    if (entries_.size() >= most_reservations_per_owner) return;
    kept_reservation e;
    e.id = r.id;
    e.node = node;
    e.pod = r.record->pod;
    e.amounts = r.amounts;
    e.since = r.record->since;
    e.expires = r.record->expires;
    e.keys = keys;
    e.before_known = pods_known_;
    for (const auto& [uid, p] : owner_.pods)
      if (p.pod->node_name == node && uid != r.id) e.before.insert(uid);
    const auto pod = owner_.pods.find(r.id);
    e.pod_is_there = pod != owner_.pods.end() && !pod->second.assumed;
    if (pod != owner_.pods.end()) pod->second.leaving = true;
    there = entries_.emplace(r.id, std::move(e)).first;
  }
  kept_reservation& e = there->second;
  if (e.node != node) return;                  // a pod has but one node: this is none of ours
  if (e.on_server != keys) e.not_before = {};  // what was written is there, or something else is
  e.on_server = std::move(keys);
  e.was_on_server = true;
  e.vanished_since.reset();
  // Of two berths' times the later end holds, so that both come to write the same.
  if (e.dated && (e.since != r.record->since || e.expires < r.record->expires)) {
    e.since = r.record->since;
    e.expires = std::max(e.expires, r.record->expires);
    if (e.on_server != e.keys) render(e);
  }
}

void owner_reservations::off_node(const std::string& id) {
  const auto e = entries_.find(id);
  if (e == entries_.end()) return;
  e->second.on_server = {};
  e->second.not_before = {};
}

void owner_reservations::node_gone(const std::string& node) {
  std::erase_if(entries_, [&](const auto& e) { return e.second.node == node; });
}

}  // namespace berth::controller
