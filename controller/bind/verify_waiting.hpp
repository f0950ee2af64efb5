#pragma once

#include "controller/cluster/cluster_cache.hpp"
#include "controller/runtime/clock.hpp"
#include "controller/runtime/log.hpp"
#include "k8s/client.hpp"
#include "k8s/text/keyed_hash.hpp"

#include <functional>
#include <string>
#include <vector>

/// Pods that wait at the server and that the watch never brought: a line that something swallowed in between. Without
/// this they would wait until all pods are listed anew, which may be never.
///
/// Once a minute the pods without a node are listed, 500 at most: few, in a cluster whose scheduler works. One that is
/// unknown here twice in a row is taken over as if the watch had brought it. (What else a lost line may have said, that
/// a pod is gone or a node has changed, is seen at the next event of that object.)
namespace berth::controller {

/// What is remembered from one look to the next.
class waiting_pods_check {
 public:
  explicit waiting_pods_check(std::function<bool(const std::string&)> is_ours) : is_ours_(std::move(is_ours)) {}

  /// Of the pods that the server has without a node: those that are unknown here, and were so the last time. Pure.
  std::vector<k8s::pod_ptr> missed(const cluster_cache& cache, const std::vector<k8s::pod_ptr>& at_server);

 private:
  std::function<bool(const std::string&)> is_ours_;
  k8s::text_set suspected_;  ///< uids
};

/// Runs until cancelled, on the cache's strand. What is passed by reference outlives it.
k8s::task<void> verify_waiting(k8s::client& api, alarm_clock& time, const log& out, cluster_cache& cache,
                               std::function<bool(const std::string&)> is_ours);

}  // namespace berth::controller
