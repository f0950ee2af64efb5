#pragma once

#include "controller/cluster/cluster_cache.hpp"
#include "controller/runtime/clock.hpp"
#include "controller/runtime/log.hpp"
#include "k8s/client.hpp"

#include <functional>

/// Assumed pods that the watch does not confirm: read back, and forgotten where their binding is not there.
namespace berth::controller {

/// Told of a binding that the server had acknowledged and has not: the pod is gone, or its history was lost (a restored
/// backup). The pod is no longer assumed.
using binding_lost_handler = std::function<void(const cluster_cache::unconfirmed& what)>;

/// Runs until cancelled, on the cache's strand. What is passed by reference outlives it. `after` is how long the watch
/// has for a confirmation.
k8s::task<void> verify_assumed(k8s::client& api, alarm_clock& time, const log& out, cluster_cache& cache,
                               duration after, binding_lost_handler lost);

}  // namespace berth::controller
