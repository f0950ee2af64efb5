#pragma once

#include "controller/runtime/instant.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace prometheus {
class Registry;
}

/// Metrics of the scheduling queue: which pods wait where, what wakes them, and what that costs.
namespace berth::controller {

enum class pending_queue : std::uint8_t { active, backoff, unschedulable, gated };

class queue_metrics {
 public:
  explicit queue_metrics(prometheus::Registry& registry);
  ~queue_metrics();

  /// A pod entered a queue because of an event ("UnscheduledPodAdd", "ScheduleAttemptFailure", ...). Events are
  /// literals: their series are found again by address. Gated pods count with the unschedulable ones, as upstream.
  void entered(pending_queue queue, const char* event);
  /// An event of the cluster was handled, once the cache had taken it over: pods that it may help were woken.
  void handled(const char* event, duration took);
  /// A plugin was asked whether an event may help a pod that it refused. `hint` is "Queue", "QueueSkip" or "Error";
  /// `event` and `hint` are literals.
  void hinted(std::string_view plugin, const char* event, const char* hint, duration took);

  // ---- as it stands when metrics are read ------------------------------------------------------------------------
  void pending(pending_queue queue, std::size_t pods);
  /// How many waiting pods each plugin keeps out, all of them: {plugin, profile, pods}. Those not named have none.
  struct refusal_count {
    std::string_view plugin;
    std::string_view profile;
    std::size_t pods;
  };
  void refused(const std::vector<refusal_count>& counts);
  /// scheduler_inflight_events: by event, all of them. Those not named have none.
  void in_flight(const std::map<std::string_view, std::size_t>& events);
  /// berth_oldest_schedulable_pod_seconds.
  void oldest_schedulable(duration age);

 private:
  struct series;
  std::unique_ptr<series> series_;
};

}  // namespace berth::controller
