#pragma once

#include "controller/cluster/cluster_change.hpp"

/// Told by the scheduler when to act between two decisions: for parts that change the cache by what it told them, or
/// that speak for the replica that leads.
///
/// Calls come on the one strand. Each may change the cache, unless said otherwise.
namespace berth::controller {

class cycle_observer {
 public:
  virtual ~cycle_observer() = default;
  /// From now on this replica decides; called at once where it does already.
  virtual void leads() {}
  /// A pod is looked at next: what was noted is to be in the cache by the end of this call.
  virtual void before_cycle() {}
  /// A node came, changed in a way that matters for scheduling, or went (`after` is null). Must not change the cache.
  virtual void node_changed(const k8s::node_ptr& before, const k8s::node_ptr& after) { (void)before, (void)after; }
};

}  // namespace berth::controller
