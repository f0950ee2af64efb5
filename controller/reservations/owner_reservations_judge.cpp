#include "controller/reservations/owner_reservations.hpp"

#include <algorithm>
#include <tuple>

/// What follows from all that is known: which reservations hold, what is assumed, what is written.
namespace berth::controller {

namespace {

/// A pod that a reservation found there after a restart was there before it, if it is older by more than what clocks
/// may differ; or if so many replicas are missing that none can have used a reservation yet.
constexpr std::chrono::seconds clock_slack{2};

bool to_add(const kept_reservation& e) {
  return !e.ended && e.to_write && (!e.was_on_server || !e.on_server.empty()) && e.on_server != e.keys;
}
bool to_take_away(const kept_reservation& e) { return e.ended && !e.on_server.empty(); }

bool forgotten(const kept_reservation& e, instant now) {
  // A pod that is still there would be found again.
  if (!e.ended || !e.on_server.empty() || e.pod_is_there) return false;
  return (!e.was_sent && !e.was_on_server) || now >= *e.ended + remember_ended_for;
}

/// When something follows from the time alone.
instant due(const kept_reservation& e, instant now, k8s::timestamp wall) {
  instant next = never;
  if (e.ended && !e.pod_is_there) next = *e.ended + remember_ended_for;
  if (!e.ended) {
    if (!e.pod_is_there) next = now + std::max<duration>(e.expires - wall, milliseconds(1));
    if (e.surplus_since) next = std::min(next, *e.surplus_since + settle_after);
    if (e.vanished_since) next = std::min(next, *e.vanished_since + settle_after);
  }
  if (to_add(e) || to_take_away(e)) next = std::min(next, e.not_before);
  return std::max(next, now + milliseconds(1));
}

using kept_by_id = std::map<std::string, kept_reservation>;

std::vector<const reservation_entry*> by_age(const kept_by_id& kept, const kept_by_id& found) {
  std::vector<const reservation_entry*> out;
  for (const kept_by_id* entries : {&kept, &found})
    for (const auto& [id, e] : *entries)
      if (!e.ended) out.push_back(&e);
  std::sort(out.begin(), out.end(), [](const reservation_entry* x, const reservation_entry* y) {
    return std::tie(x->since, x->id) < std::tie(y->since, y->id);
  });
  return out;
}

}  // namespace

void owner_reservations::render(kept_reservation& e) const {
  if (owner_.kind.empty()) return;
  scoring::reservation r{e.id, e.amounts, scoring::reservation_record{}};
  r.record->owner_kind = owner_.kind;
  r.record->owner = owner_.key;
  r.record->owner_uid = owner_.uid;
  r.record->pod = e.pod;
  r.record->since = e.since;
  r.record->expires = e.expires;
  e.keys = scoring::annotations_of(r);
}

void owner_reservations::date(k8s::timestamp wall) {
  for (auto& [id, e] : entries_) {
    if (e.dated) continue;
    // Freed before its workload was known.
    e.expires = std::chrono::ceil<std::chrono::seconds>(std::max(wall, e.since)) + owner_.hold;
    e.dated = true;
    render(e);
  }
}

void owner_reservations::learn_what_was_before() {
  if (!pods_known_) return;
  const auto open = std::count_if(entries_.begin(), entries_.end(), [](const auto& e) { return !e.second.ended; });
  const bool none_used = static_cast<std::size_t>(open) <= missing_replicas(owner_);
  for (auto& [id, e] : entries_) {
    if (e.before_known) continue;
    e.before_known = true;
    for (const auto& [uid, p] : owner_.pods)
      if (p.pod->node_name == e.node && (none_used || !p.pod->created || *p.pod->created + clock_slack < e.since))
        e.before.insert(uid);
      else
        e.before.erase(uid);
  }
}

void owner_reservations::look_for_terminating(k8s::timestamp wall,
                                              std::map<std::string, kept_reservation>& found) const {
  if (terminating_ == 0 || owner_.hold.count() == 0) return;
  for (const auto& [uid, p] : owner_.pods) {
    if (!p.pod->terminating() || p.assumed || entries_.contains(uid)) continue;
    if (entries_.size() + found.size() >= most_reservations_per_owner) return;
    kept_reservation fresh;
    static_cast<reservation_entry&>(fresh) = entry_for(owner_, *p.pod, wall);
    fresh.pod_is_there = true;
    found.emplace(uid, std::move(fresh));
  }
}

void owner_reservations::apply(kept_reservation& e, const ruling& r, instant now) {
  e.effective = r.what == standing::holds;
  e.to_write = r.what == standing::holds || r.what == standing::claimed;
  e.held = e.held || e.to_write || e.was_on_server;
  if (r.what != standing::surplus) e.surplus_since.reset();
  switch (r.what) {
    case standing::holds:
    case standing::claimed:
      break;
    case standing::used:
      owner_.pods.at(r.used_by).used_one = true;
      e.ended = now;
      break;
    case standing::expired:
      e.ended = now;
      break;
    case standing::surplus:
      if (!e.surplus_since) e.surplus_since = now;
      e.effective = e.held;
      if (!e.held || now >= *e.surplus_since + settle_after) e.ended = now;
      break;
  }
  if (e.was_on_server && e.on_server.empty()) {
    if (!e.vanished_since) e.vanished_since = now;
    if (now >= *e.vanished_since + settle_after) e.ended = now;
  }
  if (e.ended) e.effective = e.to_write = false;
}

instant owner_reservations::judge(instant now, k8s::timestamp wall) {
  date(wall);
  learn_what_was_before();
  std::map<std::string, kept_reservation> found;
  look_for_terminating(wall, found);

  const std::vector<const reservation_entry*> all = by_age(entries_, found);
  const std::vector<ruling> rulings = rule(owner_, all, wall);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto there = entries_.find(all[i]->id);
    if (there != entries_.end()) {
      apply(there->second, rulings[i], now);
    } else if (rulings[i].what == standing::holds || rulings[i].what == standing::claimed) {
      kept_reservation& e = entries_.emplace(all[i]->id, found.at(all[i]->id)).first->second;
      render(e);
      apply(e, rulings[i], now);
    }
  }
  std::erase_if(entries_, [&](const auto& e) { return forgotten(e.second, now); });
  instant next = never;
  for (const auto& [id, e] : entries_) next = std::min(next, due(e, now, wall));
  return next;
}

void owner_reservations::give_up(const std::string& id, instant now) {
  if (const auto e = entries_.find(id); e != entries_.end() && !e->second.ended) {
    e->second.ended = now;
    e->second.effective = e->second.to_write = false;
  }
}

// ---- what is assumed and what is written ------------------------------------------------------------------------

bool owner_reservations::lay_over(const std::string& node, annotation_overlay& out) const {
  bool any = false;
  for (const auto& [id, e] : entries_) {
    if (e.node != node) continue;
    any = true;
    const k8s::string_map none;
    const k8s::string_map& wanted = e.effective ? e.keys : none;
    for (const auto& [key, value] : wanted)
      if (const std::string* there = e.on_server.find(key); !there || *there != value) out.set.set(key, value);
    for (const auto& [key, value] : e.on_server)
      if (!wanted.contains(key)) out.hidden.push_back(key);
  }
  return any;
}

std::map<std::string, annotation_changes> owner_reservations::take_writes(instant now) {
  std::map<std::string, annotation_changes> out;
  for (auto& [id, e] : entries_) {
    const bool add = to_add(e);
    const bool take_away = to_take_away(e);
    if ((!add && !take_away) || now < e.not_before) continue;
    annotation_changes& of_node = out[e.node];
    for (const auto& [key, value] : e.on_server)
      if (take_away || !e.keys.contains(key)) of_node[key] = std::nullopt;
    if (add)
      for (const auto& [key, value] : e.keys) of_node[key] = value;
    e.was_sent = true;
    e.not_before = now + write_again_after;
  }
  return out;
}

void owner_reservations::not_written(const std::string& node) {
  for (auto& [id, e] : entries_)
    if (e.node == node) e.not_before = {};
}

}  // namespace berth::controller
