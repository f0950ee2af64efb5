#pragma once

#include "scoring/cluster_event.hpp"
#include "scoring/pod_info.hpp"

/// What plugins that refuse for want of room make of cluster events. Pure; by the pods alone, whatever the index says.
namespace berth::scoring {

/// Of an event about a placed pod: whether it gives up some of what the waiting pod asks for, by going or by shrinking.
/// Upstream: plugins/noderesources, isSchedulableAfterPodEvent.
bool placed_pod_frees_room(const pod_info& waiting, const cluster_event& e);

}  // namespace berth::scoring
