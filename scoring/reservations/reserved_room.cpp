#include "scoring/reservations/reserved_room.hpp"

#include <algorithm>
#include <map>

namespace berth::scoring {

namespace {

constexpr auto too_many_pods = "Too many pods";
constexpr auto insufficient = "Insufficient ";

// Sums of amounts that anybody may write do not fit in 64 bits.
using wide = __int128;

std::int64_t amount_of(const k8s::resource_list::entry& e) {
  return e.first == "cpu" ? e.second.milli_value() : e.second.value();
}

// A resource that is short on a node because of what is reserved of it.
struct shortage {
  wide beyond_free;  ///< what the pod asks for, less what is free but for reservations
  wide reserved;

  bool remains(wide still_reserved) const { return still_reserved > 0 && beyond_free + still_reserved > 0; }
};
using shortages = std::map<std::string_view, shortage>;

// "Too many pods", then cpu, memory and ephemeral-storage, then the others by name: as NodeResourcesFit has them.
std::vector<std::string> words_of(const shortages& all) {
  std::vector<std::string> out;
  if (all.contains("pods")) out.emplace_back(too_many_pods);
  for (resource_id r = 0; r < first_scalar; ++r)
    if (all.contains(fixed_resource_name(r))) out.push_back(insufficient + std::string(fixed_resource_name(r)));
  for (const auto& [resource, s] : all)
    if (resource != "pods" && resource != "cpu" && resource != "memory" && resource != "ephemeral-storage")
      out.push_back(insufficient + std::string(resource));
  return out;
}

// Whether the pod is on the node. Where pods are taken out for a try, they are still found by uid: so the node is
// looked at too.
bool is_there(std::string_view pod_uid, node_id n, const cluster& nodes) {
  if (nodes.node_name_of(pod_uid) != nodes.node(n).name) return false;
  const auto pods = nodes.pods_on(n);
  return std::any_of(pods.begin(), pods.end(), [&](const pod_info& p) { return p.pod->uid == pod_uid; });
}

}  // namespace

bool is_for(const reservation& r, const k8s::pod_spec& pod) {
  return r.record && pod.owner && !pod.owner->uid.empty() && pod.owner->uid == r.record->owner_uid &&
         pod.namespace_ == r.record->owner.namespace_;
}

reserved_room::reserved_room(const pod_info& pod, const cluster& nodes)
    : pod_(pod), nodes_(nodes), reserved_(nodes.part<reserved_nodes>()) {}

// Goes over what is reserved once, and over each reservation of the pod's owner once more: a pod may ask for thousands
// of resources, and a node may have a thousand reservations.
reserved_room::answer reserved_room::on(node_id n) const {
  std::vector<const reservation*> counting;
  for (const reservation& r : reserved_.on(n))
    if (!is_there(r.id, n, nodes_)) counting.push_back(&r);
  std::map<std::string_view, wide> reserved;
  for (const reservation* r : counting)
    for (const auto& entry : r->amounts) reserved[entry.first] += amount_of(entry);

  shortages lacking;
  for (const auto& [resource, sum] : reserved) {
    const bool pods = resource == "pods";
    const wide amount = pods ? 1 : pod_.requests->of(resource);
    if (amount == 0) continue;
    const wide free = pods ? wide{nodes_.allowed_pods()[n]} - nodes_.pod_count()[n]
                           : wide{nodes_.allocatable_of(n, resource)} - nodes_.requested_of(n, resource);
    const shortage s{amount - free, sum};
    if (s.remains(sum)) lacking.emplace(resource, s);
  }
  if (lacking.empty()) return {};

  const reservation* best = nullptr;  // with the one that leaves the fewest short
  std::size_t most_cured = 0;
  const auto cures = [&](const k8s::resource_list::entry& entry) {
    const auto there = lacking.find(entry.first);
    return there != lacking.end() && !there->second.remains(there->second.reserved - amount_of(entry));
  };
  for (const reservation* own : counting) {
    if (!is_for(*own, pod_.spec())) continue;
    const auto cured = static_cast<std::size_t>(std::count_if(own->amounts.begin(), own->amounts.end(), cures));
    if (cured == lacking.size()) return {{}, own};
    if (cured > most_cured) {
      most_cured = cured;
      best = own;
    }
  }
  if (best != nullptr)
    for (const auto& entry : best->amounts)
      if (cures(entry)) lacking.erase(entry.first);
  return {words_of(lacking), nullptr};
}

}  // namespace berth::scoring
