#pragma once

#include "controller/runtime/instant.hpp"
#include "scoring/engine/observer.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace prometheus {
class Registry;
}

/// Metrics of attempts: their outcome, how long each part took, what was preempted for them, and the cache that they
/// are decided over.
namespace berth::controller {

enum class attempt_result : std::uint8_t { scheduled, unschedulable, error };

/// Another scheduler wanted the same room: its pod was seen before ours was bound, which was decided again then; or a
/// node holds too much, since nobody saw it in time.
enum class race : std::uint8_t { avoided, overcommitted };

class scheduling_metrics {
 public:
  /// Profiles by scheduler name, in the order in which the rest of the process numbers them.
  scheduling_metrics(prometheus::Registry& registry, const std::vector<std::string>& profiles);
  ~scheduling_metrics();

  /// One try at a pod, from its leaving the queue to its being bound or refused.
  void attempted(std::size_t profile, attempt_result result, duration took);
  /// berth_bindings_withheld_total: the lease had run out before the binding was sent.
  void withheld();
  /// berth_races_total.
  void raced(race how);
  /// berth_kubelet_refusals_total: a pod was bound, and the kubelet would not run it for that reason.
  void kubelet_refused(std::string_view reason);
  /// Filter, score and pick alone.
  void decided(duration took);
  /// berth_scheduling_cycle_longest_seconds: one pod's scheduling cycle, during which no other pod's can run. Without
  /// what is waited for (extenders, bindings).
  void held_up_others(duration took);
  /// One extension point of one pod.
  void ran(std::size_t profile, scoring::stage point, scoring::code how, duration took);
  /// PreEnqueue of one pod, which comes before any attempt.
  void ran_pre_enqueue(std::size_t profile, scoring::code how, duration took);
  /// A pod was bound, after so many tries, so long after it was first queued (gated time excluded).
  void bound(std::size_t attempts, duration since_queued);
  void waited_on_permit(std::string_view result, duration took);
  /// scheduler_pod_scheduled_after_flush_total: five minutes had to pass, no event woke the pod.
  void bound_after_flush();
  void cached(std::size_t nodes, std::size_t pods, std::size_t assumed);

  /// PostFilter of DefaultPreemption was asked: scheduler_preemption_attempts_total.
  void tried_to_preempt();
  /// So many pods were chosen to go for one pod, those that are going already among them.
  void chose_victims(std::size_t pods);
  /// What was chosen is done: evictions were asked for, or one of them failed.
  void preempted(bool failed, duration took);

 private:
  struct series;
  std::unique_ptr<series> series_;
};

}  // namespace berth::controller
