#pragma once

#include "scoring/effects.hpp"
#include "scoring/node_set.hpp"
#include "scoring/preemption/victims.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// Which of several nodes is taken, each with its victims.
///
/// The one whose victims violate the fewest budgets; then the lowest among the highest priorities; then the smallest
/// sum of priorities; then the fewest; then the one whose most important victims started last. Of those that are left,
/// the first. Upstream: pickOneNodeForPreemption, where it is any of them.
namespace berth::scoring {

struct preemption_candidate {
  node_id node = no_node;
  std::vector<pod_info> victims;  ///< at least one
  std::int64_t violations = 0;
};

/// The smaller, the better: compared from top to bottom.
struct eviction_cost {
  std::int64_t violations = 0;
  std::int32_t highest_priority = 0;
  std::int64_t sum_of_priorities = 0;  ///< each made `positive`
  std::int64_t victims = 0;
  std::int64_t newest_first = 0;  ///< minus the earliest start of the victims of the highest priority
  auto operator<=>(const eviction_cost&) const = default;
};

/// So that more victims never make a smaller sum.
constexpr std::int64_t positive(std::int32_t priority) { return priority + (std::int64_t{1} << 31); }

eviction_cost cost_of(const preemption_candidate& c);

/// The position of the one to take. There is at least one.
std::size_t choose_candidate(std::span<const preemption_candidate> candidates);

preempt_pods eviction_of(const preemption_candidate& chosen, const cluster& nodes);
/// What PostFilter says of it: success, with the node to nominate.
post_filter_result said_of(const preempt_pods& eviction);

/// What extenders left of a proposal, each with at least one victim. Nodes and pods that are gone by now are left out.
struct settled_preemption {
  post_filter_result said;
  std::optional<preempt_pods> eviction;  ///< of the best; none where nothing is left
};
settled_preemption settle_preemption(std::span<const preempt_pods> left, const cluster& nodes);
/// An extender that may not be left out failed.
post_filter_result preemption_failed(const std::string& why);

}  // namespace berth::scoring
