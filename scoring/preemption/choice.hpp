#pragma once

#include "scoring/node_set.hpp"
#include "scoring/preemption/victims.hpp"

#include <span>
#include <vector>

/// Which of several nodes is taken, each with its victims.
///
/// The one whose victims violate the fewest budgets; then the lowest among the highest priorities; then the smallest sum
/// of priorities; then the fewest; then the one whose most important victims started last. Of those that are left, the
/// first. Upstream: pickOneNodeForPreemption, where it is any of them.
namespace berth::scoring {

struct preemption_candidate {
  node_id node = no_node;
  std::vector<pod_info> victims;  ///< at least one
  std::int64_t violations = 0;
};

/// The position of the one to take. There is at least one.
std::size_t choose_candidate(std::span<const preemption_candidate> candidates);

}  // namespace berth::scoring
