#include "scoring/reservations/reserved_room.hpp"

#include <algorithm>

namespace berth::scoring {

namespace {

constexpr auto too_many_pods = "Too many pods";
constexpr auto insufficient = "Insufficient ";

// Sums of amounts that anybody may write do not fit in 64 bits.
using wide = __int128;

wide sum_of(const std::vector<const reservation*>& counting, const reservation* without, std::string_view resource) {
  wide sum = 0;
  for (const reservation* r : counting)
    if (r != without) sum += amount_in(r->amounts, resource);
  return sum;
}

std::int64_t at(std::span<const std::int64_t> column, node_id n) { return n < column.size() ? column[n] : 0; }

}  // namespace

bool is_for(const reservation& r, const k8s::pod_spec& pod) {
  return r.record && pod.owner && !pod.owner->uid.empty() && pod.owner->uid == r.record->owner_uid &&
         pod.namespace_ == r.record->owner.namespace_;
}

reserved_room::reserved_room(const pod_info& pod, const cluster& nodes)
    : pod_(pod), nodes_(nodes), reserved_(nodes.part<reserved_nodes>()) {
  for (const auto& [id, amount] : pod.requests->amounts)
    wanted_.push_back({&nodes.resources().name(id), amount, nodes.allocatable(id), nodes.requested(id)});
  for (const auto& [resource, amount] : pod.requests->unnumbered) wanted_.push_back({&resource, amount, {}, {}});
}

reserved_room::answer reserved_room::on(node_id n) const {
  std::vector<const reservation*> counting;
  for (const reservation& r : reserved_.on(n))
    if (nodes_.node_name_of(r.id) != nodes_.node(n).name) counting.push_back(&r);
  answer best{lacking(n, counting, nullptr), nullptr};
  if (best.lacking.empty()) return best;
  for (const reservation* own : counting) {
    if (!is_for(*own, pod_.spec())) continue;
    answer with{lacking(n, counting, own), own};
    if (with.lacking.empty()) return with;
    if (with.lacking.size() < best.lacking.size()) best.lacking = std::move(with.lacking);
  }
  return best;
}

std::vector<std::string> reserved_room::lacking(node_id n, const std::vector<const reservation*>& counting,
                                                const reservation* without) const {
  std::vector<std::string> out;
  if (counting.empty()) return out;
  const auto is_short = [&](std::string_view resource, wide amount, wide allocatable, wide requested) {
    const wide reserved = sum_of(counting, without, resource);
    return reserved > 0 && amount > allocatable - requested - reserved;
  };
  if (is_short("pods", 1, nodes_.allowed_pods()[n], nodes_.pod_count()[n])) out.emplace_back(too_many_pods);
  for (const wanted& w : wanted_)
    if (is_short(*w.name, w.amount, at(w.allocatable, n), at(w.requested, n))) out.push_back(insufficient + *w.name);
  return out;
}

}  // namespace berth::scoring
