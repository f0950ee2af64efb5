#include "controller/reservations/reservation_book.hpp"

#include "k8s/text/json_writer.hpp"

#include <algorithm>
#include <utility>

/// What follows from what the book was told: whom it concerns, what is assumed of the nodes, what is to be written.
namespace berth::controller {

namespace {

std::string body_of(const std::string& uid, const annotation_changes& changes) {
  k8s::json_writer w;
  w.begin_object().begin_object("metadata").member("uid", uid).begin_object("annotations");
  for (const auto& [key, value] : changes) {
    w.key(key);
    value ? w.text(*value) : w.null();
  }
  return w.end_object().end_object().end_object().take();
}

}  // namespace

void reservation_book::sleep_until(const std::string& uid, instant when) {
  if (const auto was = due_of_.find(uid); was != due_of_.end()) {
    due_.erase({was->second, uid});
    due_of_.erase(was);
  }
  if (when == never) return;
  due_.emplace(when, uid);
  due_of_.emplace(uid, when);
}

void reservation_book::learn_pods(const placed_pods& each_placed) {
  if (without_pods_.empty()) return;
  const std::set<std::string> who = std::exchange(without_pods_, {});
  for (const std::string& uid : who) owners_.at(uid).forget_pods();
  each_placed([&](const k8s::pod_ptr& pod, bool assumed) {
    if (pod->spec->owner && who.contains(pod->spec->owner->uid)) placed(pod, assumed);
  });
  for (const std::string& uid : who) owners_.at(uid).pods_told();
}

reservation_book::news reservation_book::catch_up(instant now, k8s::timestamp wall, const placed_pods& each_placed) {
  news out;
  if (!synced()) return out;
  while (!due_.empty() && due_.begin()->first <= now) {
    const std::string uid = due_.begin()->second;
    sleep_until(uid, never);
    concern(uid);
  }
  if (dirty_.empty()) return out;
  learn_pods(each_placed);
  const std::set<std::string> concerned = std::exchange(dirty_, {});
  std::set<std::string> nodes;
  for (const std::string& uid : concerned) {
    const auto there = owners_.find(uid);
    if (there == owners_.end()) continue;
    owner_reservations& o = there->second;
    for (const auto& [id, e] : o.entries()) nodes.insert(e.node);
    if (o.busy()) {
      sleep_until(uid, o.judge(now, wall));
      out.owners.push_back(uid);
    }
    for (const auto& [id, e] : o.entries()) {
      nodes.insert(e.node);
      nodes_[e.node].owners.insert(uid);
    }
  }
  // One that lost its last entry with this is among those that have an overlay.
  nodes.insert(overlaid_.begin(), overlaid_.end());
  for (const std::string& name : nodes) renew_overlay(name, out);
  for (const std::string& uid : concerned) forget_if_idle(uid);
  return out;
}

void reservation_book::renew_overlay(const std::string& name, news& out) {
  node_facts& n = nodes_[name];
  annotation_overlay overlay;
  for (auto it = n.owners.begin(); it != n.owners.end();) {
    const owner_reservations* o = find(*it);
    if (o == nullptr || !o->lay_over(name, overlay))
      it = n.owners.erase(it);
    else
      ++it;
  }
  std::sort(overlay.hidden.begin(), overlay.hidden.end());
  if (overlay != n.overlay) {
    overlay.empty() ? (void)overlaid_.erase(name) : (void)overlaid_.insert(name);
    n.overlay = overlay;
    out.nodes.emplace(name, std::move(overlay));
  }
  if (n.uid.empty() && n.owners.empty() && n.overlay.empty()) nodes_.erase(name);
}

void reservation_book::forget_if_idle(const std::string& uid) {
  const auto there = owners_.find(uid);
  if (there == owners_.end() || there->second.busy() || there->second.owner().hold.count() > 0) return;
  sleep_until(uid, never);
  owners_.erase(there);
}

std::vector<reservation_book::node_patch> reservation_book::take_writes(const std::string& uid, instant now) {
  std::vector<node_patch> out;
  const auto there = owners_.find(uid);
  if (there == owners_.end()) return out;
  for (auto& [node, changes] : there->second.take_writes(now)) {
    node_facts& n = nodes_[node];
    if (n.uid.empty()) continue;  // not seen yet; it will be tried again
    node_patch patch{node, "", {}};
    std::size_t bytes = n.bytes;
    for (const auto& [key, value] : changes)
      if (value) bytes += key.size() + value->size();
    if (bytes > most_annotation_bytes) {
      for (const auto& [key, value] : changes)
        if (const auto k = scoring::read_reservation_key(key); value && k) patch.gave_up.push_back(k->id);
      std::erase_if(changes, [](const auto& c) { return c.second.has_value(); });
      for (const std::string& id : patch.gave_up) there->second.give_up(id, now);
      concern(uid);
    }
    if (!changes.empty()) patch.body = body_of(n.uid, changes);
    out.push_back(std::move(patch));
  }
  return out;
}

void reservation_book::not_written(const std::string& owner, const std::string& node) {
  if (const auto there = owners_.find(owner); there != owners_.end()) there->second.not_written(node);
}

}  // namespace berth::controller
