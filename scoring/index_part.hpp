#pragma once

#include "k8s/api/node.hpp"
#include "scoring/node_set.hpp"
#include "scoring/pod_info.hpp"

/// A part of the index that a plugin declares: something derived from nodes and placed pods that hears of each change
/// as it is made, so that Filter and Score need not look at every node in every cycle.
///
///   class gpu_holders final : public scoring::index_part {     // how many pods with a GPU there are on each node
///    public:
///     void node_changed(node_id n, const k8s::node*, const k8s::node&) override {
///       if (on_.size() <= n) on_.resize(n + 1);
///     }
///     void pod_placed(node_id n, const pod_info& pod) override { on_[n] += asks_for_gpu(pod.spec()); }
///     void pod_removed(node_id n, const pod_info& pod) override { on_[n] -= asks_for_gpu(pod.spec()); }
///     int on(node_id n) const { return on_[n]; }
///    private:
///     std::vector<int> on_;
///   };
///   ...
///   if (nodes.part<gpu_holders>().on(n) != 0) ...              // in Filter
namespace berth::scoring {

/// Owned by the cluster, called on its strand, found by its type: all plugins that ask for one type share one object,
/// made by its default constructor. One that is made late is first told of what there is already.
///
/// The order is that of one node's life: `node_changed` comes before any of its pods, and its pods are removed before
/// `node_removed`. Pods that name a node that is not known are not told. What throws here is thrown away, and made anew
/// when it is next asked for.
class index_part {
 public:
  virtual ~index_part() = default;
  /// A node came (`before` is nullptr) or its object changed. Calls may come for changes in what nobody reads.
  virtual void node_changed(node_id, const k8s::node* /*before*/, const k8s::node& /*now*/) {}
  virtual void node_removed(node_id, const k8s::node& /*last*/) {}
  /// A pod that changes is removed and placed.
  virtual void pod_placed(node_id, const pod_info&) {}
  virtual void pod_removed(node_id, const pod_info&) {}
};

}  // namespace berth::scoring
