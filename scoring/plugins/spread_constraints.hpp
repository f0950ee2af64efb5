#pragma once

#include "k8s/api/pod.hpp"
#include "scoring/arguments.hpp"
#include "scoring/workload_selectors.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// The topology spread constraints that PodTopologySpread goes by: a pod's own, or the profile's default ones.
/// Upstream: plugins/podtopologyspread, common.go. Values; pure.
namespace berth::scoring {

/// The arguments. Throws configuration_error. Upstream: PodTopologySpreadArgs and its validation.
struct spread_defaults {
  explicit spread_defaults(arguments& args);

  std::vector<k8s::topology_spread_constraint> constraints;
  bool system = true;  ///< they are kube-scheduler's own: a node need not have all of their labels

  bool any_hard() const noexcept;
};

/// Constraints of one kind (DoNotSchedule or ScheduleAnyway), in order. Their `selector` is complete: matchLabelKeys
/// are in it already.
struct spread_constraints {
  std::vector<k8s::topology_spread_constraint> list;
  std::string fault;  ///< a selector does not parse: why, in upstream's words; else ""
};

/// Default constraints are for pods that have none of either kind themselves, and are about the pods that the pod's
/// services and its workload select.
spread_constraints constraints_of(const k8s::pod_spec& pod, bool hard, const spread_defaults& defaults,
                                  const workload_selectors* workloads);

}  // namespace berth::scoring
