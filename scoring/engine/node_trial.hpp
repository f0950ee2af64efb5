#pragma once

#include "scoring/cluster.hpp"

#include <cstdint>
#include <vector>

/// One node with some pods taken out and others put in, for as long as this lives: what plugins read of that node
/// (its columns, pods_on, host_ports_on) is as if they were gone or there. Nothing is written to the logs and no part
/// of the index hears of it; where pods are looked up by uid, and in for_each_placed, they are where they were.
///
/// Lives within one cycle, on the cluster's strand; nobody changes the cluster meanwhile, and there is one at a time
/// for a node. Upstream: NodeInfo.Snapshot, with AddPodInfo and RemovePod.
namespace berth::scoring {

class node_trial {
 public:
  /// n is in nodes.nodes().
  node_trial(const cluster& nodes, node_id n);
  ~node_trial();
  node_trial(const node_trial&) = delete;
  node_trial& operator=(const node_trial&) = delete;

  void add(const pod_info& pod);
  /// No-op where the pod is not on the node.
  void remove(const pod_info& pod);

 private:
  void count(const pod_info& pod, std::int64_t sign);

  cluster& nodes_;
  const node_id node_;
  const cluster::row* const real_;
  cluster::row tried_;
  std::vector<std::int64_t> requested_;  ///< of the node, as it was, by resource
  const std::int64_t non_zero_cpu_;
  const std::int64_t non_zero_memory_;
  const std::int64_t pod_count_;
};

}  // namespace berth::scoring
