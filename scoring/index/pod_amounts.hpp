#pragma once

#include "k8s/api/pod.hpp"
#include "k8s/api/quantity.hpp"

/// Pure: asked where a pod is updated, to see what it gives up or asks for in addition.
namespace berth::scoring {

/// All that the pod holds or asks for, by name and exactly: also resources that no node can have, and amounts of zero.
/// See demand_of_placed() for what counts. Upstream: resource.PodRequests, with UseStatusResources.
k8s::resource_list amounts_of(const k8s::pod& pod);

}  // namespace berth::scoring
