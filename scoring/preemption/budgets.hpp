#pragma once

#include "k8s/api/disruption_budget.hpp"
#include "k8s/api/pod.hpp"

#include <cstdint>
#include <span>
#include <vector>

/// Which pods' eviction would violate a PodDisruptionBudget, when they are evicted one after another.
///
/// Value of one node's search. Each budget counts the pods asked about so far, whether or not they are spared later.
/// Upstream: preemption/util.go, FilterVictimsWithPDBViolation.
namespace berth::scoring {

class budget_count {
 public:
  /// The budgets outlive this. In their order: the first that is exceeded ends the look at a pod.
  explicit budget_count(std::span<const k8s::disruption_budget_ptr> budgets);

  /// Takes the pod out of the budgets that match it: whether one of them is exceeded by now.
  bool violated_by(const k8s::pod& pod);
  /// The first budget that does not allow this pod's eviction as the counts are now; nullptr where all do. Counts
  /// nothing.
  const k8s::disruption_budget* protecting(const k8s::pod& pod) const;

 private:
  struct counted {
    const k8s::disruption_budget* budget;
    std::int64_t allowed;
  };
  static bool matches(const k8s::disruption_budget& budget, const k8s::pod& pod);

  std::vector<counted> budgets_;  ///< those that can match a pod
};

}  // namespace berth::scoring
