#pragma once

#include "k8s/api/node.hpp"
#include "k8s/api/pod.hpp"

/// Told by the cache which pods hold room on which node, and what the server says of the nodes. No call may change the
/// cache: an observer that has to, takes notes and acts before the next decision (cycle_observer::before_cycle).
namespace berth::controller {

class placement_observer {
 public:
  virtual ~placement_observer() = default;
  /// It has a node now, by the server's word or by ours (`assumed`), or it has changed since, or is no longer assumed
  /// but confirmed.
  virtual void placed(const k8s::pod_ptr& pod, bool assumed) = 0;
  /// Its room is free: it is gone or terminal, or was assumed and is so no more.
  virtual void left(const k8s::pod_ptr& pod, bool assumed) = 0;
  /// As the server has it, without what is assumed.
  virtual void node_seen(const k8s::node_ptr& node) = 0;
  virtual void node_gone(const k8s::node_ptr& node) = 0;
};

}  // namespace berth::controller
