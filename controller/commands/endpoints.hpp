#pragma once

#include "controller/observe/pod_resources_page.hpp"
#include "controller/process/process.hpp"
#include "controller/schedule/scheduler.hpp"
#include "controller/serving/health_metrics.hpp"
#include "controller/serving/http_message.hpp"
#include "k8s/text/value.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What `berth run` answers over HTTP, path by path: health, metrics, what pods ask for, their journeys, and what it
/// tells of itself.
///
/// Asked on the executors of connections. Health is answered there: it says whether the process is well while a
/// decision takes long, too. For the rest the strand is asked, for a while; when it does not come to it, metrics are
/// those of the last time, and everything else is 503. Metrics are made ten times a second at most, however many ask.
namespace berth::controller {

class endpoints {
 public:
  struct parts {
    controller::process& process;
    controller::scheduler& scheduler;
    std::string lease;                    ///< "": there is no election
    std::function<bool()> lease_overdue;  ///< asked where there is one
    k8s::value configuration;             ///< in force
    std::vector<std::pair<std::string, std::string>> flags;
    std::function<void()> report;  ///< brings other gauges than the scheduler's up to date; on the strand
    /// /livez fails once the strand has stood still for so long; 0: never.
    duration stuck_after = duration::zero();
    /// How long the strand is waited for.
    std::chrono::milliseconds patience{2'000};
  };

  /// What `of` refers to outlives this.
  explicit endpoints(parts of);

  k8s::task<http_answer> answer(http_request request);

 private:
  std::optional<http_answer> health(std::string_view target);
  k8s::task<http_answer> metrics();
  k8s::task<std::string> fresh_metrics();
  std::optional<std::string> made_lately();
  k8s::task<http_answer> on_strand(std::string target);

  parts of_;
  health_metrics checked_;
  pod_resources_page pod_resources_;
  std::atomic<bool> metrics_asked_ = false;  ///< a scrape that the strand has not come to
  std::mutex last_;
  std::string last_metrics_;  ///< under last_
  instant last_at_{};         ///< under last_
};

}  // namespace berth::controller
