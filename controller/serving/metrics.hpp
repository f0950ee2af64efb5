#pragma once

#include "controller/runtime/instant.hpp"
#include "k8s/error.hpp"
#include "scoring/engine/observer.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// What the process counts and times, under kube-scheduler's names, labels and buckets, so that dashboards and alerts
/// made for it work here. Written as Prometheus text.
///
/// On the scheduler's strand. Every series that the hot path touches is looked up once, when this is made; nothing
/// there builds a label. Durations are passed in: no clock is read here. Upstream: pkg/scheduler/metrics/metrics.go.
namespace berth::controller {

enum class attempt_result : std::uint8_t { scheduled, unschedulable, error };
enum class pending_queue : std::uint8_t { active, backoff, unschedulable, gated };

class metrics {
 public:
  /// Profiles by scheduler name, in the order in which the rest of the process numbers them.
  explicit metrics(const std::vector<std::string>& profiles);
  ~metrics();
  metrics(const metrics&) = delete;
  metrics& operator=(const metrics&) = delete;

  /// One try at a pod, from its leaving the queue to its being bound or refused.
  void attempted(std::size_t profile, attempt_result result, duration took);
  /// Filter, score and pick alone: scheduler_scheduling_algorithm_duration_seconds.
  void decided(duration took);
  /// berth_scheduling_cycle_longest_seconds: one pod's scheduling cycle, during which no other pod's can run. Without
  /// what is waited for (extenders, bindings).
  void held_up_others(duration took);
  /// One extension point of one pod.
  void ran(std::size_t profile, scoring::stage point, scoring::code how, duration took);
  /// A pod was bound, after so many tries, so long after it was first queued (gated time excluded).
  void bound(std::size_t attempts, duration since_queued);
  void waited_on_permit(std::string_view result, duration took);

  /// A pod entered a queue ("active", "backoff", "unschedulable", "gated") because of an event ("PodAdd",
  /// "ScheduleAttemptFailure", ...). `event` is a literal or otherwise of few values.
  void queued(std::string_view queue, std::string_view event);
  void pending(pending_queue queue, std::size_t pods);
  void cached(std::size_t nodes, std::size_t pods, std::size_t assumed);
  /// How many waiting pods each plugin keeps out, all of them: {plugin, profile, pods}. Those not named have none.
  struct refusal_count {
    std::string_view plugin;
    std::string_view profile;
    std::size_t pods;
  };
  void refused(const std::vector<refusal_count>& counts);
  /// scheduler_pod_scheduled_after_flush_total: five minutes had to pass, no event woke the pod.
  void bound_after_flush();

  /// PostFilter of DefaultPreemption was asked: scheduler_preemption_attempts_total.
  void tried_to_preempt();
  /// So many pods were chosen to go for one pod, those that are going already among them.
  void chose_victims(std::size_t pods);
  /// What was chosen is done: evictions were asked for, or one of them failed.
  void preempted(bool failed, duration took);

  /// berth_dropped_objects_total: could not be decoded.
  void dropped_object(std::string_view resource);
  /// berth_events_total: what became of an event ("written", "failed", "discarded").
  void event_written(std::string_view outcome, std::size_t count = 1);
  /// berth_watch_failures_total.
  void watch_failed(std::string_view resource, k8s::errc why);
  void leading(std::string_view lease, bool leads);
  /// rest_client_requests_total. Code 0: no answer came.
  void requested(std::string_view method, int code);

  /// The exposition, with the process's own CPU seconds, memory and open files as they are now.
  std::string text() const;

 private:
  struct series;
  std::unique_ptr<series> series_;
};

}  // namespace berth::controller
