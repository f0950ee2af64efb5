#pragma once

#include "controller/serving/client_metrics.hpp"
#include "controller/serving/plugin_metrics.hpp"
#include "controller/serving/process_metrics.hpp"
#include "controller/serving/queue_metrics.hpp"
#include "controller/serving/scheduling_metrics.hpp"

#include <memory>
#include <string>
#include <vector>

/// What the process counts and times, under kube-scheduler's names, labels and buckets, so that dashboards and alerts
/// made for it work here. Written as Prometheus text.
///
/// On the scheduler's strand. Every series that the hot path touches is looked up once; nothing there builds a label.
/// Durations are passed in: no clock is read here. What counts errors is there from the start, at 0.
/// Upstream: pkg/scheduler/metrics/metrics.go and component-base/metrics.
namespace berth::controller {

class metrics {
  std::unique_ptr<prometheus::Registry> registry_;  // outlives the series

 public:
  /// Profiles by scheduler name, in the order in which the rest of the process numbers them.
  explicit metrics(const std::vector<std::string>& profiles);
  ~metrics();
  metrics(const metrics&) = delete;
  metrics& operator=(const metrics&) = delete;

  scheduling_metrics scheduling;
  plugin_metrics plugins;
  queue_metrics queue;
  client_metrics client;
  process_metrics process;

  /// For metrics of a single command.
  prometheus::Registry& registry() noexcept { return *registry_; }

  /// The exposition, with the process's own CPU seconds, memory and open files as they are now.
  std::string text();
};

}  // namespace berth::controller
