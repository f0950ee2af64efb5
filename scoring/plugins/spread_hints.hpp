#pragma once

#include "k8s/api/pod.hpp"
#include "scoring/cluster_event.hpp"

#include <vector>

/// Whether an event may let a pod run that PodTopologySpread refused. Upstream: plugins/podtopologyspread, plugin.go,
/// isSchedulableAfter....
namespace berth::scoring {

/// `hard` are the pod's DoNotSchedule constraints, complete.
bool spread_may_fit_after(const cluster_event& e, const k8s::pod_spec& pod,
                          const std::vector<k8s::topology_spread_constraint>& hard);

}  // namespace berth::scoring
