#pragma once

#include "k8s/api/disruption_budget.hpp"
#include "scoring/plugin.hpp"

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

/// The fewest and least important pods that have to leave a node so that a pod fits there.
///
/// Upstream: defaultpreemption, SelectVictimsOnNode.
namespace berth::scoring {

/// Seconds and order that stand for "has not started": later than any start.
inline constexpr std::int64_t not_started = std::numeric_limits<std::int64_t>::max();
/// Microseconds since the epoch.
std::int64_t start_of(const k8s::pod& pod) noexcept;

struct node_victims {
  status what;                    ///< success, why no eviction helps, or an error with the whole message
  std::vector<pod_info> victims;  ///< the most important first; never empty where `what` is success
  std::int64_t violations = 0;    ///< how many of them a PodDisruptionBudget protects
};

/// `again` is left at the node, in any state.
node_victims select_victims(const pod_info& pod, const cluster& nodes, node_id n,
                            std::span<const k8s::disruption_budget_ptr> budgets, filters_again& again);

}  // namespace berth::scoring
