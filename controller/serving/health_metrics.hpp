#pragma once

#include <memory>
#include <string>
#include <string_view>

/// /metrics/slis: how each health check went when it was asked for last, and how often it went how. A page of its own,
/// because it is scraped more often than /metrics. Upstream: component-base/metrics/prometheus/slis.
///
/// From any thread, as probes are answered: the library's registry locks.
namespace berth::controller {

class health_metrics {
 public:
  health_metrics();
  ~health_metrics();

  /// `path` is "healthz", "livez" or "readyz".
  void checked(std::string_view check, std::string_view path, bool well);
  std::string text();

 private:
  struct series;
  std::unique_ptr<series> series_;
};

}  // namespace berth::controller
