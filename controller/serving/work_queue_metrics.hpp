#pragma once

#include "controller/runtime/work_queue.hpp"

#include <memory>
#include <string>

namespace prometheus {
class Registry;
}

/// Metrics of a work queue under its name: the queue's observer. All are there from the start, at 0.
///
/// On the strand of the queue. What could drift if it were counted up and down is set when metrics are read (`stands`).
/// Upstream: component-base/metrics/prometheus/workqueue; client-go renews the last two twice a second instead.
namespace berth::controller {

class work_queue_metrics final : public work_queue_observer {
 public:
  /// Outlived by the registry. Several queues of different names may share one.
  work_queue_metrics(prometheus::Registry& registry, const std::string& name);
  ~work_queue_metrics() override;

  void added() override;
  void taken(duration waited) override;
  void worked(duration took) override;
  void retried() override;
  /// workqueue_depth, workqueue_unfinished_work_seconds and workqueue_longest_running_processor_seconds.
  void stands(const work_queue::figures& now);

 private:
  struct series;
  std::unique_ptr<series> series_;
};

}  // namespace berth::controller
