#include "controller/commands/endpoints.hpp"

#include "controller/observe/trace_answer.hpp"
#include "controller/runtime/process_stats.hpp"
#include "controller/runtime/version.hpp"
#include "controller/serving/ask_within.hpp"
#include "controller/serving/content_type.hpp"
#include "controller/serving/health.hpp"
#include "controller/serving/status_pages.hpp"

#include <chrono>

namespace berth::controller {

namespace {

constexpr const char* component = "berth";
constexpr const char* kubernetes = "1.37";
constexpr milliseconds made_again_after{100};
const std::vector<std::string> paths{"/configz", "/debug",   "/flagz",  "/healthz",
                                     "/livez",   "/metrics", "/readyz", "/statusz"};

http_answer busy() { return {.status = 503, .body = "the scheduler is busy with a decision; ask again\n"}; }

}  // namespace

endpoints::endpoints(parts of)
    : of_(std::move(of)),
      pod_resources_(of_.process.strand, of_.scheduler.cache(), pod_resources_settings{.patience = of_.patience}) {}

k8s::task<http_answer> endpoints::answer(http_request request) {
  if (auto said = health(request.target)) co_return std::move(*said);
  const std::string_view path = request.path();
  if (path == "/metrics") co_return co_await metrics();
  if (path == "/metrics/slis") co_return http_answer{.body = checked_.text(), .content_type = prometheus_text};
  if (path == "/metrics/resources") co_return co_await pod_resources_.answer();
  auto said = co_await ask_within(of_.process.strand, on_strand(std::move(request.target)), of_.patience);
  if (said) co_return std::move(*said);
  co_return busy();
}

std::optional<http_answer> endpoints::health(std::string_view target) {
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
  // kube-scheduler has no such checks: they are named only where they fail.
  if (of_.process.watches.stale(of_.process.clock.now()))
    checks.push_back(
        {.name = "informer-sync", .problem = [] { return std::string("the API server cannot be followed"); }});
  const duration stuck = of_.process.moves.stuck_for(of_.process.clock.now());
  if (of_.stuck_after > duration::zero() && stuck > of_.stuck_after)
    checks.push_back({.name = "decisions",
                      .problem = [] { return std::string("decisions stand still"); },
                      .for_readiness = false,
                      .for_liveness = true});
  const auto record = [this](std::string_view check, std::string_view path, bool well) {
    checked_.checked(check, path, well);
  };
  return answer_health(target, checks, record);
}

k8s::task<http_answer> endpoints::on_strand(std::string target) {
  if (auto trace = answer_trace(target, of_.scheduler.journeys(), of_.scheduler.cache(), of_.process.clock.now(),
                                of_.process.clock.wall()))
    co_return std::move(*trace);
  const std::string_view path = std::string_view(target).substr(0, target.find('?'));
  if (path == "/configz") co_return configz(of_.configuration);
  if (path == "/flagz") co_return flagz(component, of_.flags);
  if (path == "/statusz") {
    const auto now =
        std::chrono::duration_cast<std::chrono::seconds>(of_.process.clock.wall().time_since_epoch()).count();
    const auto started = static_cast<std::int64_t>(read_process_stats().start_time_seconds);
    co_return statusz(component, {started, now - started, version_number(), kubernetes}, paths);
  }
  co_return http_answer{.status = 404, .body = "404 page not found\n"};
}

k8s::task<std::string> endpoints::fresh_metrics() {
  metrics_asked_ = false;
  if (auto made = made_lately()) co_return std::move(*made);
  of_.scheduler.report();
  of_.report();
  of_.process.metrics.process.dropped_lines(of_.process.log.dropped());
  std::string text = of_.process.metrics.text();
  const std::lock_guard hold(last_);
  last_metrics_ = text;
  last_at_ = of_.process.clock.now();
  co_return text;
}

std::optional<std::string> endpoints::made_lately() {
  const std::lock_guard hold(last_);
  if (last_metrics_.empty() || of_.process.clock.now() - last_at_ >= made_again_after) return std::nullopt;
  return last_metrics_;
}

k8s::task<http_answer> endpoints::metrics() {
  http_answer out{.body = "", .content_type = prometheus_text};
  if (auto made = made_lately()) {
    out.body = std::move(*made);
    co_return out;
  }
  // A strand that stands still is not asked over and over: questions are kept until it moves.
  if (!metrics_asked_ || of_.process.moves.stuck_for(of_.process.clock.now()) == duration::zero()) {
    metrics_asked_ = true;
    auto fresh = co_await ask_within(of_.process.strand, fresh_metrics(), of_.patience);
    if (fresh) {
      out.body = std::move(*fresh);
      co_return out;
    }
  }
  const std::lock_guard hold(last_);
  out.body = last_metrics_;
  if (out.body.empty()) out = busy();
  co_return out;
}

}  // namespace berth::controller
