#include "scoring/plugins/fit_events.hpp"

#include "scoring/resources.hpp"

#include <algorithm>

namespace berth::scoring {

namespace {

bool shrinks(const pod_info& waiting, const k8s::pod& before, const k8s::pod& now) {
  if (now.node_name.empty()) return false;
  const demand held = demand_of_placed(before);
  const demand holds = demand_of_placed(now);
  for (resource_id r = 0; r < first_scalar; ++r)
    if (waiting.requests->amounts[r] != 0 && held.amounts[r] > holds.amounts[r]) return true;
  return std::any_of(waiting.requests->scalars.begin(), waiting.requests->scalars.end(),
                     [&](const auto& a) { return held.of(a.first) > holds.of(a.first); });
}

}  // namespace

bool placed_pod_frees_room(const pod_info& waiting, const cluster_event& e) {
  if (e.new_pod != nullptr && e.old_pod != nullptr) return shrinks(waiting, *e.old_pod, *e.new_pod);
  return e.old_pod == nullptr || !e.old_pod->node_name.empty() || !e.old_pod->nominated_node_name.empty();
}

}  // namespace berth::scoring
