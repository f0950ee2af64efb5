#include "scoring/preemption/bounds.hpp"

#include "scoring/nominations.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>

namespace berth::scoring {

namespace {

/// What is too little on a node for the pod; 0 where there is enough.
struct shortage {
  std::int64_t pods = 0;
  std::array<std::int64_t, first_scalar> amounts{};

  shortage(const pod_info& pod, const cluster& nodes, node_id n, std::span<const pod_info> beside) {
    std::int64_t more_pods = 1;
    std::array<std::int64_t, first_scalar> held{};
    for (const pod_info& p : beside) {
      // One that is placed already may hold less than it asks for; it may hold nothing of this node.
      if (!holds_room_against(p, pod) || !nodes.node_name_of(p.pod->uid).empty()) continue;
      ++more_pods;
      for (resource_id r = 0; r < first_scalar; ++r) held[r] += p.requests->amounts[r];
    }
    pods = std::max<std::int64_t>(0, nodes.pod_count()[n] + more_pods - nodes.allowed_pods()[n]);
    for (resource_id r = 0; r < first_scalar; ++r) {
      const std::int64_t wanted = pod.requests->amounts[r];
      if (wanted > 0)
        amounts[r] = std::max<std::int64_t>(0, wanted + held[r] - (nodes.allocatable(r)[n] - nodes.requested(r)[n]));
    }
  }
  bool made_up_by(const rung& gone) const {
    bool enough = gone.pods_so_far >= pods;
    for (resource_id r = 0; r < first_scalar; ++r) enough = enough && gone.held_so_far[r] >= amounts[r];
    return enough;
  }
  /// How many pods have to go at least, where none holds more than this. There are enough of them.
  std::int64_t least_pods(const std::array<std::int64_t, first_scalar>& most) const {
    std::int64_t least = std::max<std::int64_t>(1, pods);
    for (resource_id r = 0; r < first_scalar; ++r)
      if (amounts[r] > 0) least = std::max(least, (amounts[r] + most[r] - 1) / most[r]);
    return least;
  }
};

}  // namespace

std::optional<eviction_cost> least_cost(const pod_info& pod, const cluster& nodes, const ladder& rungs, node_id n,
                                        std::span<const pod_info> beside) {
  const std::span<const rung> all = rungs.of(n, nodes);
  const auto end =
      std::find_if(all.begin(), all.end(), [&](const rung& r) { return r.priority >= pod.spec().priority; });
  const shortage lacking(pod, nodes, n, beside);
  const auto enough = std::find_if(all.begin(), end, [&](const rung& r) { return lacking.made_up_by(r); });
  if (enough == end) return std::nullopt;
  const std::int64_t victims = lacking.least_pods(std::prev(end)->most_so_far);
  return eviction_cost{.violations = 0,
                       .highest_priority = enough->priority,
                       .sum_of_priorities = positive(enough->priority) + (victims - 1) * positive(all.front().priority),
                       .victims = victims,
                       .newest_first = -enough->newest_start};
}

known_bounds::known& known_bounds::find(const pod_info& pod) const {
  const auto& amounts = pod.requests->amounts;
  const auto there = std::find_if(known_.begin(), known_.end(), [&](const known& k) {
    return k.priority == pod.spec().priority && k.amounts == amounts;
  });
  if (there != known_.end()) {
    known_.splice(known_.begin(), known_, there);
  } else {
    if (known_.size() == most) known_.pop_back();
    known_.push_front({pod.spec().priority, amounts, 0, true, {}});
  }
  return known_.front();
}

std::span<const std::optional<eviction_cost>> known_bounds::of(const pod_info& pod, const cluster& nodes) const {
  known& k = find(pod);
  const ladder& rungs = nodes.part<ladder>();
  k.costs.resize(nodes.universe());
  const auto look_at = [&](node_id n) {
    k.costs[n] = nodes.nodes().contains(n) ? least_cost(pod, nodes, rungs, n) : std::nullopt;
  };
  if (k.fresh || !nodes.changes().for_each_since(k.position, look_at))
    for (node_id n = 0; n < nodes.universe(); ++n) look_at(n);
  k.position = nodes.changes().position();
  k.fresh = false;
  return k.costs;
}

}  // namespace berth::scoring
