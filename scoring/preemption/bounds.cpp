#include "scoring/preemption/bounds.hpp"

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

  shortage(const pod_info& pod, const cluster& nodes, node_id n) {
    pods = std::max<std::int64_t>(0, nodes.pod_count()[n] + 1 - nodes.allowed_pods()[n]);
    for (resource_id r = 0; r < first_scalar; ++r) {
      const std::int64_t wanted = pod.requests->amounts[r];
      if (wanted > 0)
        amounts[r] = std::max<std::int64_t>(0, wanted - (nodes.allocatable(r)[n] - nodes.requested(r)[n]));
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

std::optional<eviction_cost> least_cost(const pod_info& pod, const cluster& nodes, const ladder& rungs, node_id n) {
  const std::span<const rung> all = rungs.of(n, nodes);
  const auto end =
      std::find_if(all.begin(), all.end(), [&](const rung& r) { return r.priority >= pod.spec().priority; });
  const shortage lacking(pod, nodes, n);
  const auto enough = std::find_if(all.begin(), end, [&](const rung& r) { return lacking.made_up_by(r); });
  if (enough == end) return std::nullopt;
  const std::int64_t victims = lacking.least_pods(std::prev(end)->most_so_far);
  return eviction_cost{.violations = 0,
                       .highest_priority = enough->priority,
                       .sum_of_priorities = positive(enough->priority) + (victims - 1) * positive(all.front().priority),
                       .victims = victims,
                       .newest_first = -enough->newest_start};
}

}  // namespace berth::scoring
