#pragma once

#include "k8s/api/pod.hpp"
#include "scoring/cluster_event.hpp"

/// Whether an event may let a pod run that InterPodAffinity refused. Upstream: plugins/interpodaffinity, plugin.go,
/// isSchedulableAfter....
namespace berth::scoring {

bool affinity_may_fit_after(const cluster_event& e, const k8s::pod_spec& pod);

}  // namespace berth::scoring
