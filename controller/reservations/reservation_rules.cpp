#include "controller/reservations/reservation_rules.hpp"

#include "scoring/resources.hpp"

#include <algorithm>

namespace berth::controller {

namespace {

bool stays(const owned_pod& p) { return !p.pod->terminating() && !p.leaving; }

/// The one that this pod has used up: of the same size, or else the oldest on its node.
std::optional<std::size_t> used_by(const owned_pod& p, const std::vector<const reservation_entry*>& entries,
                                   const std::vector<ruling>& so_far) {
  std::optional<std::size_t> oldest;
  k8s::resource_list room;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const reservation_entry& e = *entries[i];
    if (so_far[i].what != standing::holds || e.node != p.pod->node_name || e.id == p.pod->uid ||
        e.before.contains(p.pod->uid))
      continue;
    if (room.empty()) room = room_of(*p.pod);
    if (e.amounts == room) return i;
    if (!oldest) oldest = i;
  }
  return oldest;
}

}  // namespace

std::size_t missing_replicas(const reservation_owner& owner) {
  if (owner.hold.count() <= 0) return 0;
  const auto placed = std::count_if(owner.pods.begin(), owner.pods.end(),
                                    [](const auto& p) { return stays(p.second) && !p.second.assumed; });
  return static_cast<std::size_t>(std::max<std::int64_t>(0, owner.replicas - placed));
}

std::vector<ruling> rule(const reservation_owner& owner, const std::vector<const reservation_entry*>& entries,
                         k8s::timestamp now) {
  std::vector<ruling> out(entries.size(), ruling{standing::holds, ""});
  for (std::size_t i = 0; i < entries.size(); ++i)
    if (!entries[i]->pod_is_there && now >= entries[i]->expires) out[i].what = standing::expired;
  for (const bool assumed : {false, true}) {
    for (const auto& [uid, p] : owner.pods) {
      if (p.assumed != assumed || !stays(p) || p.used_one) continue;
      if (const auto one = used_by(p, entries, out)) out[*one] = {assumed ? standing::claimed : standing::used, uid};
    }
  }
  std::size_t left = missing_replicas(owner);
  for (const standing first : {standing::claimed, standing::holds}) {
    for (std::size_t i = entries.size(); i-- > 0;) {
      if (out[i].what != first) continue;
      if (left > 0)
        --left;
      else
        out[i].what = standing::surplus;
    }
  }
  return out;
}

k8s::resource_list room_of(const k8s::pod& pod) {
  const scoring::demand held = scoring::demand_of_placed(pod);
  std::vector<k8s::resource_list::entry> amounts;
  for (scoring::resource_id r = 0; r < scoring::first_scalar; ++r)
    if (const std::int64_t amount = held.amounts[r]; amount != 0)
      amounts.emplace_back(scoring::fixed_resource_name(r),
                           r == scoring::cpu ? k8s::quantity::from_milli(amount) : k8s::quantity::from_value(amount));
  for (const auto& [name, amount] : held.scalars) amounts.emplace_back(name, k8s::quantity::from_value(amount));
  amounts.emplace_back("pods", k8s::quantity::from_value(1));
  return k8s::resource_list(std::move(amounts));
}

k8s::timestamp expiry_of(const k8s::pod& pod, std::chrono::seconds hold, k8s::timestamp now) {
  return std::chrono::ceil<std::chrono::seconds>(std::max(now, pod.deleted.value_or(now))) + hold;
}

reservation_entry entry_for(const reservation_owner& owner, const k8s::pod& pod, k8s::timestamp now) {
  reservation_entry e;
  e.id = pod.uid;
  e.node = pod.node_name;
  e.pod = pod.key;
  e.amounts = room_of(pod);
  e.since = std::chrono::floor<std::chrono::seconds>(now);
  e.expires = expiry_of(pod, owner.hold, now);
  for (const auto& [uid, other] : owner.pods)
    if (uid != pod.uid && other.pod->node_name == pod.node_name) e.before.insert(uid);
  return e;
}

}  // namespace berth::controller
