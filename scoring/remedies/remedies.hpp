#pragma once

#include "scoring/engine/profile.hpp"
#include "scoring/index/live_cluster.hpp"
#include "scoring/remedies/remedy.hpp"

/// Which single change would let a pod fit that fits nowhere: a smaller request, one toleration, one rule dropped, one
/// node uncordoned, one pod gone, one more node. Each that is told is proven: the profile's filters judged the changed
/// pod, or the changed cluster, and it fits. Preemption and extenders have no say.
///
/// The cost of one search is bounded: see remedy_bounds; beside them at most 16 changes of a kind are tried, and 64
/// evictions. Used on the cluster's strand. No upstream counterpart.
namespace berth::scoring {

inline constexpr std::size_t most_remedies = 16;

/// Changes of the pod and of the cluster. The cluster is changed and changed back; the order of the pods on a node may
/// differ afterwards, so it is a copy that no decision is made over. The pod is of this cluster. Nothing is told of a
/// pod that fits as it is.
remedy_list find_remedies(profile& by, const pod_info& pod, live_cluster& nodes, remedy_bounds within = {});

/// Changes of the pod alone; nothing is written.
remedy_list find_pod_remedies(profile& by, const pod_info& pod, const cluster& nodes, remedy_bounds within = {});

}  // namespace berth::scoring
