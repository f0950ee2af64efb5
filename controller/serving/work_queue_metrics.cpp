#include "controller/serving/work_queue_metrics.hpp"

#include "controller/serving/metric_families.hpp"

namespace berth::controller {

namespace {

using prometheus::Counter;
using prometheus::Gauge;
using prometheus::Histogram;
using prometheus::Registry;

metric_buckets ten_nanoseconds_to_ten_seconds() { return exponential(10e-9, 10, 10); }

}  // namespace

struct work_queue_metrics::series {
  series(Registry& registry, const std::string& name);

  Gauge& depth;
  Counter& adds;
  Histogram& waited;
  Histogram& worked;
  Gauge& unfinished;
  Gauge& longest;
  Counter& retries;
};

work_queue_metrics::series::series(Registry& registry, const std::string& name)
    : depth(gauges(registry, "workqueue_depth", "Current depth of workqueue").Add({{"name", name}})),
      adds(counters(registry, "workqueue_adds_total", "Total number of adds handled by workqueue")
               .Add({{"name", name}})),
      waited(histograms(registry, "workqueue_queue_duration_seconds",
                        "How long in seconds an item stays in workqueue before being requested.")
                 .Add({{"name", name}}, ten_nanoseconds_to_ten_seconds())),
      worked(histograms(registry, "workqueue_work_duration_seconds",
                        "How long in seconds processing an item from workqueue takes.")
                 .Add({{"name", name}}, ten_nanoseconds_to_ten_seconds())),
      unfinished(gauges(registry, "workqueue_unfinished_work_seconds",
                        "How many seconds of work has done that is in progress and hasn't been observed by "
                        "work_duration. Large values indicate stuck threads. One can deduce the number of stuck "
                        "threads by observing the rate at which this increases.")
                     .Add({{"name", name}})),
      longest(gauges(registry, "workqueue_longest_running_processor_seconds",
                     "How many seconds has the longest running processor for workqueue been running.")
                  .Add({{"name", name}})),
      retries(counters(registry, "workqueue_retries_total", "Total number of retries handled by workqueue")
                  .Add({{"name", name}})) {}

work_queue_metrics::work_queue_metrics(Registry& registry, const std::string& name)
    : series_(std::make_unique<series>(registry, name)) {}

work_queue_metrics::~work_queue_metrics() = default;

void work_queue_metrics::added() { series_->adds.Increment(); }

void work_queue_metrics::taken(duration waited) { series_->waited.Observe(seconds_of(waited)); }

void work_queue_metrics::worked(duration took) { series_->worked.Observe(seconds_of(took)); }

void work_queue_metrics::retried() { series_->retries.Increment(); }

void work_queue_metrics::stands(const work_queue::figures& now) {
  series_->depth.Set(static_cast<double>(now.depth));
  series_->unfinished.Set(seconds_of(now.unfinished));
  series_->longest.Set(seconds_of(now.longest));
}

}  // namespace berth::controller
