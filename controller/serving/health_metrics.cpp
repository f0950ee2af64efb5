#include "controller/serving/health_metrics.hpp"

#include "controller/runtime/process_stats.hpp"
#include "controller/serving/metric_families.hpp"

#include <prometheus/text_serializer.h>

#include <sstream>
#include <utility>

namespace berth::controller {

struct health_metrics::series {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Gauge>& last =
      gauges(registry, "kubernetes_healthcheck", "This metric records the result of a single healthcheck.");
  prometheus::Family<prometheus::Counter>& total =
      counters(registry, "kubernetes_healthchecks_total", "This metric records the results of all healthcheck.");
  prometheus::Gauge& start_time =
      gauges(registry, "process_start_time_seconds", "Start time of the process since unix epoch in seconds.").Add({});
};

health_metrics::health_metrics() : series_(std::make_unique<series>()) {}

health_metrics::~health_metrics() = default;

void health_metrics::checked(std::string_view check, std::string_view path, bool well) {
  const std::string name(check);
  const std::string type(path);
  series_->last.Add({{"name", name}, {"type", type}}).Set(well ? 1 : 0);
  for (const bool result : {true, false}) {
    auto& counter = series_->total.Add({{"name", name}, {"type", type}, {"status", result ? "success" : "error"}});
    if (result == well) counter.Increment();
  }
}

std::string health_metrics::text() {
  series_->start_time.Set(read_process_stats().start_time_seconds);
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, series_->registry.Collect());
  return std::move(out).str();
}

}  // namespace berth::controller
