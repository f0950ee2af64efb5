#include "controller/reservations/reservation_book.hpp"

namespace berth::controller {

namespace {

bool may_reserve(const k8s::pod& pod) {
  if (!pod.spec->owner) return false;
  const std::string& kind = pod.spec->owner->kind;
  return kind == "ReplicaSet" || kind == "StatefulSet" || kind == "ReplicationController";
}

std::size_t bytes_of(const k8s::string_map& annotations) {
  std::size_t n = 0;
  for (const auto& [key, value] : annotations) n += key.size() + value.size();
  return n;
}

}  // namespace

const char* name_of(workload_kind kind) noexcept {
  switch (kind) {
    case workload_kind::replica_set:
      return "ReplicaSet";
    case workload_kind::stateful_set:
      return "StatefulSet";
    case workload_kind::replication_controller:
      return "ReplicationController";
  }
  return "";
}

// ---- workloads --------------------------------------------------------------------------------------------------

std::string reservation_book::workload_seen(workload_kind kind, const k8s::workload& w) {
  const opt_in asked = opt_in_of(w.annotations);
  const bool asks = asked.hold.count() > 0 && !w.deleted;
  const auto known = workloads_.find(w.uid);
  const bool is_news = known == workloads_.end() || known->second.problem != asked.problem;
  const bool may_be_kept = known != workloads_.end() || workloads_.size() < most_reserving_owners;
  if (!asks && asked.problem.empty()) {
    workloads_.erase(w.uid);
  } else if (may_be_kept) {
    workloads_.insert_or_assign(w.uid, facts{kind, asked.problem, w.key});
  }
  owner_reservations* o = asks && may_be_kept ? owner(w.uid) : nullptr;
  if (o == nullptr) {
    asks_no_more(w.uid);
    return is_news ? asked.problem : "";
  }
  reservation_owner& of = o->owner();
  if (of.hold.count() == 0) without_pods_.insert(w.uid);
  of.kind = name_of(kind);
  of.key = w.key;
  of.replicas = w.replicas;
  of.hold = asked.hold;
  concern(w.uid);
  return "";
}

void reservation_book::asks_no_more(const std::string& uid) {
  without_pods_.erase(uid);
  const auto there = owners_.find(uid);
  if (there == owners_.end() || there->second.owner().hold.count() == 0) return;
  there->second.owner().hold = std::chrono::seconds(0);
  there->second.forget_pods();
  concern(uid);
}

void reservation_book::workload_gone(const std::string& uid) {
  workloads_.erase(uid);
  asks_no_more(uid);
}

void reservation_book::listed(workload_kind kind, const k8s::text_set& uids) {
  std::vector<std::string> gone;
  for (const auto& [uid, w] : workloads_)
    if (w.kind == kind && !uids.contains(uid)) gone.push_back(uid);
  for (const std::string& uid : gone) workload_gone(uid);
  kinds_listed_.insert(kind);
}

// ---- pods -------------------------------------------------------------------------------------------------------

void reservation_book::placed(const k8s::pod_ptr& pod, bool assumed) {
  if (!may_reserve(*pod)) return;
  const std::string& uid = pod->spec->owner->uid;
  const auto there = owners_.find(uid);
  // Those that have just begun to ask are told all at once.
  if (there == owners_.end() || there->second.owner().hold.count() == 0 || without_pods_.contains(uid)) return;
  there->second.placed(pod, assumed);
  if (there->second.busy()) concern(uid);
}

void reservation_book::left(const k8s::pod_ptr& pod, bool assumed, k8s::timestamp now) {
  if (!may_reserve(*pod)) return;
  const std::string& uid = pod->spec->owner->uid;
  const auto there = owners_.find(uid);
  const bool asks = there != owners_.end() && there->second.owner().hold.count() > 0;
  // Whether it asks may not be known yet.
  if (!asks && (assumed || synced())) return;
  owner_reservations* o = asks ? &there->second : owner(uid);
  if (o == nullptr) return;
  o->left(pod, assumed, now);
  if (!assumed) nodes_[pod->node_name].owners.insert(uid);
  if (o->busy()) concern(uid);
}

// ---- nodes ------------------------------------------------------------------------------------------------------

void reservation_book::node_seen(const k8s::node_ptr& node) {
  node_facts& n = nodes_[node->name];
  n.uid = node->uid;
  n.bytes = bytes_of(node->annotations);
  const bool any = scoring::may_have_reservations(node->annotations);
  if (!any && n.owners.empty()) return;

  std::map<std::string, k8s::string_map> keys;
  if (any)
    for (const auto& [key, value] : node->annotations)
      if (const auto k = scoring::read_reservation_key(key)) keys[k->id].set(key, value);
  std::set<std::string> there;
  if (any) {
    for (const scoring::reservation& r : scoring::reservations_of(*node).good) {
      if (!r.record) continue;  // somebody else's
      owner_reservations* o = owner(r.record->owner_uid);
      if (o == nullptr) continue;
      there.insert(r.id);
      o->on_node(node->name, r, keys[r.id]);
      n.owners.insert(r.record->owner_uid);
      concern(r.record->owner_uid);
    }
  }
  for (const std::string& uid : n.owners) {
    const auto o = owners_.find(uid);
    if (o == owners_.end()) continue;
    for (const auto& [id, e] : o->second.entries()) {
      if (e.node != node->name || e.on_server.empty() || there.contains(id)) continue;
      o->second.off_node(id);
      concern(uid);
    }
  }
}

void reservation_book::node_gone(const k8s::node_ptr& node) {
  const auto there = nodes_.find(node->name);
  if (there == nodes_.end()) return;
  there->second.uid.clear();
  there->second.bytes = 0;
  for (const std::string& uid : there->second.owners) {
    if (const auto o = owners_.find(uid); o != owners_.end()) o->second.node_gone(node->name);
    concern(uid);
  }
  if (there->second.owners.empty() && there->second.overlay.empty()) nodes_.erase(there);
}

owner_reservations* reservation_book::owner(const std::string& uid) {
  const auto there = owners_.find(uid);
  if (there != owners_.end()) return &there->second;
  if (owners_.size() >= most_reserving_owners) return nullptr;
  return &owners_.try_emplace(uid, uid).first->second;
}

const owner_reservations* reservation_book::find(const std::string& uid) const {
  const auto there = owners_.find(uid);
  return there == owners_.end() ? nullptr : &there->second;
}

}  // namespace berth::controller
