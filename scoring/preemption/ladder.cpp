#include "scoring/preemption/ladder.hpp"

#include "scoring/preemption/victims.hpp"

#include <algorithm>
#include <limits>

namespace berth::scoring {

namespace {

rung& rung_of(std::vector<rung>& rungs, std::int32_t priority) {
  const auto at = std::lower_bound(rungs.begin(), rungs.end(), priority,
                                   [](const rung& r, std::int32_t wanted) { return r.priority < wanted; });
  if (at != rungs.end() && at->priority == priority) return *at;
  rung made;
  made.priority = priority;
  made.newest_start = std::numeric_limits<std::int64_t>::min();
  return *rungs.insert(at, made);
}

std::vector<rung> summed_up(node_id n, const cluster& nodes) {
  std::vector<rung> rungs;
  for (const pod_info& pod : nodes.pods_on(n)) {
    rung& r = rung_of(rungs, pod.spec().priority);
    r.newest_start = std::max(r.newest_start, start_of(*pod.pod));
    ++r.pods_so_far;
    const demand* held = nodes.held_by(pod.pod->uid);
    if (held == nullptr) held = pod.requests.get();
    for (resource_id i = 0; i < first_scalar; ++i) {
      r.held_so_far[i] += held->amounts[i];
      r.most_so_far[i] = std::max(r.most_so_far[i], held->amounts[i]);
    }
  }
  for (std::size_t k = 1; k < rungs.size(); ++k) {
    rungs[k].pods_so_far += rungs[k - 1].pods_so_far;
    for (resource_id i = 0; i < first_scalar; ++i) {
      rungs[k].held_so_far[i] += rungs[k - 1].held_so_far[i];
      rungs[k].most_so_far[i] = std::max(rungs[k].most_so_far[i], rungs[k - 1].most_so_far[i]);
    }
  }
  return rungs;
}

}  // namespace

void ladder::node_changed(node_id n, const k8s::node*, const k8s::node&) {
  if (by_node_.size() <= n) by_node_.resize(n + 1);
}
void ladder::node_removed(node_id n, const k8s::node&) { by_node_[n] = {}; }
void ladder::pod_placed(node_id n, const pod_info&) { by_node_[n].stale = true; }
void ladder::pod_removed(node_id n, const pod_info&) { by_node_[n].stale = true; }

std::span<const rung> ladder::of(node_id n, const cluster& nodes) const {
  node_rungs& known = by_node_[n];
  if (known.stale) known = {summed_up(n, nodes), false};
  return known.rungs;
}

}  // namespace berth::scoring
