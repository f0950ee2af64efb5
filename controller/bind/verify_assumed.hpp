#pragma once

#include "controller/cluster/cluster_cache.hpp"
#include "controller/runtime/clock.hpp"
#include "controller/runtime/log.hpp"
#include "k8s/client.hpp"

/// Assumed pods that the watch does not confirm: read back, and forgotten where their binding is not there.
namespace berth::controller {

class lost_binding_listener {
 public:
  virtual ~lost_binding_listener() = default;
  /// The server had acknowledged the binding and does not have it: the pod is gone, or its history was lost (a restored
  /// backup). The pod is no longer assumed.
  virtual void binding_lost(const cluster_cache::unconfirmed& pod) = 0;
};

/// Runs until cancelled, on the cache's strand. What is passed by reference outlives it. `after` is how long the watch
/// has for a confirmation.
k8s::task<void> verify_assumed(k8s::client& api, alarm_clock& time, const log& out, cluster_cache& cache,
                               duration after, lost_binding_listener& listener);

}  // namespace berth::controller
