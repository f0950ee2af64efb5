#pragma once

#include <atomic>
#include <chrono>

/// Until when this replica may write on the strength of its lease.
///
/// Leader election writes it, on an executor of its own; whoever sends a write reads it, on any thread, at the moment
/// of sending. So a replica that was held up (by a long decision, by a stopped process, by a machine without time)
/// sends nothing once another may lead. A lease gives no fencing: what was sent before may still arrive.
///
/// Times are those of the clock that leader election runs on.
namespace berth::k8s {

class leadership {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  bool fresh(time_point now) const noexcept {
    return now.time_since_epoch().count() < until_.load(std::memory_order_acquire);
  }

  /// The lease was renewed, and is good until then.
  void extend(time_point until) noexcept { until_.store(until.time_since_epoch().count(), std::memory_order_release); }
  /// It was lost, or given back.
  void end() noexcept { extend(time_point::min()); }

 private:
  std::atomic<time_point::rep> until_{time_point::min().time_since_epoch().count()};
};

}  // namespace berth::k8s
