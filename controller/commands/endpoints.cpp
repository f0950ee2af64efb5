#include "controller/commands/endpoints.hpp"

#include "controller/observe/trace_answer.hpp"
#include "controller/runtime/process_stats.hpp"
#include "controller/runtime/version.hpp"
#include "controller/serving/health.hpp"
#include "controller/serving/status_pages.hpp"

#include <chrono>

namespace berth::controller {

namespace {

constexpr const char* component = "berth";
constexpr const char* kubernetes = "1.37";
constexpr const char* prometheus_text = "text/plain; version=0.0.4; charset=utf-8";
const std::vector<std::string> paths{"/configz", "/debug",   "/flagz",  "/healthz",
                                     "/livez",   "/metrics", "/readyz", "/statusz"};

}  // namespace

endpoints::endpoints(parts of) : of_(std::move(of)) {}

http_answer endpoints::answer(std::string_view target) {
  // kube-scheduler's names and their order.
  std::vector<health_check> checks;
  if (!of_.lease.empty())
    checks.push_back({.name = "leaderElection",
                      .problem =
                          [this] {
                            return of_.lease_overdue() ? "failed election to renew leadership on lease " + of_.lease
                                                       : std::string();
                          },
                      .for_health = true});
  checks.push_back({.name = "shutdown",
                    .problem = [this] { return std::string(of_.process.stopping ? "process is shutting down" : ""); }});
  checks.push_back({.name = "sched-handler-sync", .problem = [this] {
                      return std::string(of_.scheduler.ready() ? "" : "handlers are not fully synchronized");
                    }});
  const auto record = [this](std::string_view check, std::string_view path, bool well) {
    checked_.checked(check, path, well);
  };
  if (auto health = answer_health(target, checks, record)) return std::move(*health);
  if (auto trace = answer_trace(target, of_.scheduler.journeys(), of_.scheduler.cache(), of_.process.clock.now(),
                                of_.process.clock.wall()))
    return std::move(*trace);

  const std::string_view path = target.substr(0, target.find('?'));
  if (path == "/metrics") return metrics();
  if (path == "/metrics/slis") return {.body = checked_.text(), .content_type = prometheus_text};
  if (path == "/configz") return configz(of_.configuration);
  if (path == "/flagz") return flagz(component, of_.flags);
  if (path == "/statusz") {
    const auto now =
        std::chrono::duration_cast<std::chrono::seconds>(of_.process.clock.wall().time_since_epoch()).count();
    const auto started = static_cast<std::int64_t>(read_process_stats().start_time_seconds);
    return statusz(component, {started, now - started, version_number(), kubernetes}, paths);
  }
  return {.status = 404, .body = "404 page not found\n"};
}

http_answer endpoints::metrics() {
  of_.scheduler.report();
  return {.body = of_.process.metrics.text(), .content_type = prometheus_text};
}

}  // namespace berth::controller
