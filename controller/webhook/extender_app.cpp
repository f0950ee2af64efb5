#include "controller/webhook/extender_app.hpp"

#include "controller/bind/fault_log.hpp"
#include "controller/bind/verify_assumed.hpp"
#include "controller/config/configuration.hpp"
#include "controller/config/content_types.hpp"
#include "controller/config/flag_values.hpp"
#include "controller/config/override_connection.hpp"
#include "controller/process/identity.hpp"
#include "controller/process/process.hpp"
#include "controller/process/start_failure.hpp"
#include "controller/runtime/version.hpp"
#include "controller/serving/ask_within.hpp"
#include "controller/serving/health.hpp"
#include "controller/serving/http_server.hpp"
#include "controller/serving/listen_error.hpp"
#include "controller/serving/renewed_files.hpp"
#include "controller/serving/server_tls.hpp"
#include "controller/webhook/extender_routes.hpp"
#include "k8s/run_on.hpp"

#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <optional>

namespace berth::controller {

namespace {

constexpr duration verify_after = seconds(60);
constexpr seconds answer_for{10};
constexpr milliseconds look_every{10};
constexpr seconds renew_every{10};

/// Nothing waits here for the cluster to change: whoever was refused asks again.
class unmoved final : public cache_listener, public lost_binding_listener {
  void pod_waits(const scoring::pod_info&) override {}
  void waiting_pod_changed(const k8s::pod_ptr&, const scoring::pod_info&) override {}
  void pod_no_longer_waits(const k8s::pod_ptr&) override {}
  void assumption_failed(const k8s::pod_ptr&) override {}
  void happened(const cluster_change&) override {}
  void listed() override { synced = cache->synced(); }
  void binding_lost(const cluster_cache::unconfirmed&) override {}

 public:
  const cluster_cache* cache = nullptr;
  std::atomic<bool> synced = false;  ///< what the cache says, for other threads
};

/// Whoever may call /bind may bind any pod to any node.
bool may_bind(const extender_options& o) {
  return is_loopback(o.listen) || !o.tls.client_authority.empty() || o.anonymous_bind;
}

process_settings settings_of(const extender_options& options, const scheduler_configuration& configuration,
                             const std::vector<scoring::profile>& made) {
  process_settings out{
      .format = options.format, .verbosity = options.verbosity, .seed = fresh_random(), .client = {}, .profiles = {}};
  out.client.user_agent = "berth/" + version_number() + " (linux) " + version_commit() + "/extender";
  out.client.bindings = options.bindings_in_flight;
  out.client.qps = configuration.client_connection.qps.value_or(0);
  out.client.burst = configuration.client_connection.burst;
  out.client.streams = encoding_of_streams(configuration.client_connection);
  for (const scoring::profile& p : made) out.profiles.push_back(p.scheduler_name());
  return out;
}

class extender_app {
 public:
  extender_app(const extender_options& options, const scheduler_configuration& configuration,
               const k8s::connection_settings& connection, std::vector<scoring::profile> made)
      : plugins_(plugin_names(made)),
        watched_(watched_for(made)),
        tls_(options.tls),
        process_(settings_of(options, configuration, made), connection),
        profiles_(std::move(made), process_.host),
        faults_(process_.log),
        cache_([this](const std::string& name) { return judge_.profile_of(name) != nullptr; }, nobody_),
        judge_(cache_, profiles_, process_.log),
        binder_(process_.api, process_.clock, process_.log, cache_, judge_, process_.tasks),
        figures_(process_.metrics.registry()),
        routes_(
            process_.strand, process_.clock, process_.log, figures_, judge_, binder_,
            [this](std::string target) { return answer_get(std::move(target)); }, may_bind(options)),
        server_(process_.apart, process_.io.get_executor(), options.listen, limits_of(options),
                options.tls.any() ? make_server_tls(options.tls) : nullptr,
                [this](http_request request) { return routes_.answer(std::move(request)); }) {
    nobody_.cache = &cache_;
    profiles_.report_faults_to(&faults_);
    if (const std::string& at = options.metrics_bind_address; !at.empty() && at != "0")
      metrics_.emplace(process_.apart, process_.io.get_executor(), at, http_limits{}, nullptr,
                       [this](http_request request) { return answer_plainly(std::move(request)); });
    if (!may_bind(options))
      process_.log.warning("/bind is not answered: whoever reaches this port could bind any pod",
                           {{"listen", options.listen}, {"remedy", "--client-ca-file, or --anonymous-bind"}});
    process_.log.info(0, "Starting berth as an extender",
                      {{"version", version_number()},
                       {"commit", version_commit()},
                       {"server", connection.server.text()},
                       {"credentials", connection.source},
                       {"config", options.config},
                       {"profiles", plugins_}});
    warn_of_content_types(process_.log, configuration.client_connection);
    process_.log.info(0, "Serving filter, prioritize, preempt and bind",
                      {{"port", server_.port()},
                       {"tls", options.tls.any()},
                       {"clientCertificates", !options.tls.client_authority.empty()}});
  }

  int run() {
    return process_.run(live(), [this] { return shut_down(); });
  }

 private:
  static http_limits limits_of(const extender_options& options) {
    http_limits out;
    out.connections = 256;
    out.body_bytes = options.max_body_mebibytes << 20;
    out.bodies_bytes = 2 * out.body_bytes;
    return out;
  }

  k8s::task<void> live() {
    process_.watch_cluster(cache_, watched_);
    process_.tasks.spawn("verify assumed pods",
                         verify_assumed(process_.api, process_.clock, process_.log, cache_, verify_after, nobody_));
    co_await k8s::run_on(process_.apart, live_apart());
    co_await process_.join();
  }

  k8s::task<void> live_apart() {
    task_group& tasks = process_.apart_tasks;
    tasks.spawn("serve the scheduler", server_.run(tasks));
    if (tls_.any()) tasks.spawn("renew certificates", renew_certificates());
    if (metrics_) tasks.spawn("serve probes and metrics", metrics_->run(tasks));
    co_return;
  }

  // New connections get the new certificates.
  k8s::task<void> renew_certificates() {
    for (renewed_files shown(tls_);;) {
      co_await process_.clock.sleep_for(renew_every);
      try {
        shown.look([this] {
          server_.renew(make_server_tls(tls_));
          process_.log.info(2, "Took over renewed certificates", {{"certificate", tls_.certificate}});
        });
      } catch (const std::runtime_error& e) {
        process_.log.error(e.what(), "Cannot take over renewed certificates; keeping the old ones");
      }
    }
  }

  k8s::task<void> shut_down() {
    process_.log.info(0, "Asked to stop", {{"requestsInFlight", server_.answering()}});
    co_await k8s::run_on(process_.apart, close_server());
    const instant deadline = process_.clock.now() + answer_for;
    while (server_.answering() > 0 && process_.clock.now() < deadline) co_await process_.clock.sleep_for(look_every);
    if (server_.answering() > 0) std::_Exit(0);  // they had their time, and their scheduler has given them up by now
  }

  k8s::task<void> close_server() {
    server_.close();
    co_return;
  }

  k8s::task<http_answer> answer_plainly(http_request request) {
    if (request.method != "GET" && request.method != "HEAD")
      co_return http_answer{.status = 405, .body = "", .allow = "GET, HEAD"};
    co_return co_await answer_get(std::move(request.target));
  }

  // On a connection's executor: health is told while a judgement takes long, too.
  k8s::task<http_answer> answer_get(std::string target) {
    const std::vector<health_check> checks{
        {.name = "informer-sync",
         .problem =
             [this] {
               if (!nobody_.synced) return "nodes, pods and namespaces were not all listed yet";
               return process_.watches.stale(process_.clock.now()) ? "the API server cannot be followed" : "";
             }},
        {.name = "shutdown", .problem = [this] { return process_.stopping ? "process is shutting down" : ""; }},
    };
    if (auto health = answer_health(target, checks)) co_return std::move(*health);
    if (target.substr(0, target.find('?')) != "/metrics")
      co_return http_answer{.status = 404, .body = "404 page not found\n"};
    auto text = co_await ask_within(process_.strand, metrics_text(), seconds(2));
    if (!text) co_return http_answer{.status = 503, .body = "busy with a judgement; ask again\n"};
    co_return http_answer{.body = std::move(*text), .content_type = "text/plain; version=0.0.4; charset=utf-8"};
  }

  k8s::task<std::string> metrics_text() {
    process_.metrics.scheduling.cached(cache_.node_count(), cache_.pod_count(), cache_.assumed_count());
    process_.metrics.process.dropped_lines(process_.log.dropped());
    co_return process_.metrics.text();
  }

  std::string plugins_;
  also_watched watched_;
  server_tls_files tls_;
  process process_;
  profiles profiles_;
  fault_log faults_;
  unmoved nobody_;
  cluster_cache cache_;
  extender_judge judge_;
  extender_binder binder_;
  extender_metrics figures_;
  extender_routes routes_;
  http_server server_;
  std::optional<http_server> metrics_;
};

}  // namespace

int run_extender(const extender_options& options, const scoring::registry& plugins) {
  // One arena per thread would keep what each has freed.
  mallopt(M_ARENA_MAX, 1);
  try {
    scheduler_configuration configuration =
        options.config.empty() ? default_configuration("default-scheduler") : load_configuration(options.config);
    override_connection(configuration.client_connection, options);
    std::vector<scoring::profile> made = make_profiles(configuration, plugins);
    const k8s::connection_request request{
        .kubeconfig = configuration.client_connection.kubeconfig, .context = options.context, .server = options.master};
    const k8s::connection_settings connection = k8s::find_connection(request, k8s::environment::of_process());
    return extender_app(options, configuration, connection, std::move(made)).run();
  } catch (const listen_error& e) {
    const bool metrics = e.address() == options.metrics_bind_address && e.address() != options.listen;
    report_start_failure(options.program, options.format,
                         std::string(metrics ? "--metrics-bind-address: " : "--listen: ") + e.what());
    return 1;
  } catch (const std::exception& e) {
    report_start_failure(options.program, options.format, e.what());
    return 1;
  }
}

}  // namespace berth::controller
