#include "controller/commands/app.hpp"

#include "controller/config/configuration.hpp"
#include "controller/extenders/make_extenders.hpp"
#include "controller/observe/observed_client.hpp"
#include "controller/observe/trace_answer.hpp"
#include "controller/observe/watch_log.hpp"
#include "controller/process/run_settings.hpp"
#include "controller/reservations/reservation_reconciler.hpp"
#include "controller/runtime/task_group.hpp"
#include "controller/runtime/version.hpp"
#include "controller/schedule/scheduler.hpp"
#include "controller/serving/health.hpp"
#include "controller/serving/http_server.hpp"
#include "k8s/http/http_client.hpp"
#include "k8s/lease/leader_elector.hpp"
#include "scoring/registry.hpp"

#include <boost/asio/co_spawn.hpp>

#include <fmt/format.h>

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <thread>

namespace berth::controller {

namespace {

namespace asio = boost::asio;

constexpr std::size_t io_threads = 2;
constexpr seconds drain_for{10};
constexpr seconds flush_for{3};
constexpr seconds lease_tolerance{20};

constexpr event_kind invalid_opt_in_event{"Warning", "InvalidReservation", "Reserving", false};

std::string host_name() {
  char name[256] = {};
  return gethostname(name, sizeof name - 1) == 0 && name[0] != '\0' ? name : "localhost";
}

/// What a reservation is worth without the plugin that heeds it: nothing.
void check_reservations(const std::vector<scoring::profile>& made) {
  for (const scoring::profile& p : made) {
    const auto names = p.plugins_at(scoring::extension_point::filter);
    if (std::find(names.begin(), names.end(), "NodeReservation") != names.end()) return;
  }
  throw std::runtime_error(
      "--reserve-on-recreate: no profile has the plugin NodeReservation enabled; enable it under "
      "profiles[].plugins.multiPoint.enabled");
}

/// Each once, in the order in which they come in.
std::string plugin_names(const scoring::profile& p) {
  std::vector<std::string> names;
  for (std::size_t point = 0; point < scoring::extension_point_count; ++point)
    for (std::string& name : p.plugins_at(static_cast<scoring::extension_point>(point)))
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
  return fmt::format("{}", fmt::join(names, " "));
}

class app {
 public:
  app(const run_options& options, const scheduler_configuration& configuration,
      const k8s::connection_settings& connection, std::vector<scoring::profile> made)
      : seed_(options.seed.value_or(fresh_random())),
        host_(host_name()),
        log_(options.format, options.verbosity),
        strand_(asio::make_strand(io_)),
        profiles_(std::move(made), host_),
        metrics_(profiles_.names()),
        client_(
            k8s::make_http_client(io_.get_executor(), connection, client_settings_of(configuration, options), clock_)),
        api_(*client_, clock_, log_, metrics_),
        watch_log_(log_, metrics_, clock_),
        tasks_(strand_),
        extenders_(make_extenders(configuration.extenders, io_.get_executor(), clock_, log_)),
        wanted_whole_(whole_objects_for(configuration.extenders)),
        scheduler_(strand_, api_, clock_, log_, metrics_, profiles_, extenders_,
                   scheduler_settings_of(configuration, options, seed_)),
        signals_(strand_, SIGTERM, SIGINT),
        released_(strand_, clock_) {
    if (configuration.leader_election.leader_elect) {
      lease_name_ = configuration.leader_election.resource_name;
      elector_.emplace(api_, clock_, election_settings_of(configuration, identity_of(host_)), callbacks(), seed_ ^ 1);
    }
    if (const std::string& at = options.metrics_bind_address; !at.empty() && at != "0")
      http_.emplace(strand_, at, [this](std::string_view target) { return answer(target); });
    if (options.reserve_on_recreate) {
      reservations_.emplace(strand_, api_, clock_, log_, scheduler_.cache(),
                            [this](const k8s::object_reference& about, std::string what) {
                              scheduler_.warn(about, invalid_opt_in_event, std::move(what));
                            });
      scheduler_.before_each_cycle([this] { reservations_->catch_up(); });
    }
    greet(options, connection);
    for (const extender_configuration& e : configuration.extenders)
      log_.info(2, "Creating extender", {{"extender", e.url_prefix}});
  }

  int run() {
    asio::co_spawn(strand_, live(), [this](std::exception_ptr how) { ended(how); });
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < io_threads; ++i) others.emplace_back([this] { io_.run(); });
    io_.run();
    return exit_code_;
  }

 private:
  void greet(const run_options& options, const k8s::connection_settings& connection) {
    std::string plugins;
    for (const profile_at_work& p : profiles_.all())
      plugins += (plugins.empty() ? "" : "; ") + p.plugins.scheduler_name() + ": " + plugin_names(p.plugins);
    log_.info(0, "Starting berth",
              {{"version", version_number()},
               {"commit", version_commit()},
               {"server", connection.server.text()},
               {"credentials", connection.source},
               {"config", options.config},
               {"profiles", plugins},
               {"seed", seed_}});
    if (connection.insecure_skip_tls_verify)
      log_.warning("The API server's certificate is not verified: insecure-skip-tls-verify is set");
    if (http_) log_.info(0, "Serving probes and metrics", {{"port", http_->port()}});
  }

  k8s::task<void> live() {
    k8s::store<k8s::pod>& pods = scheduler_.cache();
    k8s::store<k8s::node>& nodes = scheduler_.cache();
    k8s::store<k8s::namespace_object>& namespaces = scheduler_.cache();
    listen_for_signals();
    if (http_) tasks_.spawn("serve probes and metrics", http_->run(tasks_));
    // Terminal pods take no room and are not asked for.
    const k8s::collection all_nodes{"nodes", "/api/v1/nodes", "", wanted_whole_.nodes};
    const k8s::collection all_namespaces{"namespaces", "/api/v1/namespaces", ""};
    const k8s::collection living_pods{"pods", "/api/v1/pods",
                                      "fieldSelector=status.phase%21%3DSucceeded%2Cstatus.phase%21%3DFailed",
                                      wanted_whole_.pods};
    tasks_.spawn("watch nodes", k8s::reflect(api_, all_nodes, nodes, strand_, watch_log_, seed_ ^ 2));
    tasks_.spawn("watch pods", k8s::reflect(api_, living_pods, pods, strand_, watch_log_, seed_ ^ 3));
    tasks_.spawn("watch namespaces", k8s::reflect(api_, all_namespaces, namespaces, strand_, watch_log_, seed_ ^ 4));
    scheduler_.start(tasks_);
    if (reservations_) {
      watch_workloads("replicasets", "/apis/apps/v1/replicasets", workload_kind::replica_set);
      watch_workloads("statefulsets", "/apis/apps/v1/statefulsets", workload_kind::stateful_set);
      watch_workloads("replicationcontrollers", "/api/v1/replicationcontrollers",
                      workload_kind::replication_controller);
      reservations_->start(tasks_);
    }
    if (elector_)
      tasks_.spawn("hold the lease", elect());
    else
      lead();
    co_await tasks_.join();
  }

  void watch_workloads(const char* name, const char* path, workload_kind kind) {
    const k8s::collection what{name, path, ""};
    tasks_.spawn(std::string("watch ") + name,
                 k8s::reflect(api_, what, reservations_->store_of(kind), strand_, watch_log_,
                              seed_ ^ (5 + static_cast<std::uint64_t>(kind))));
  }

  void lead() {
    scheduler_.lead();
    if (reservations_) reservations_->lead();
  }

  void ended(std::exception_ptr how) {
    signals_.cancel();
    if (how) {
      try {
        std::rethrow_exception(how);
      } catch (const std::exception& e) {
        log_.error(e.what(), "Stopping");
        exit_code_ = 1;
      }
    } else {
      log_.info(0, "Stopped");
    }
    // Idle connections would keep the threads waiting.
    io_.stop();
  }

  // ---- the lease ------------------------------------------------------------------------------------------------

  k8s::leader_callbacks callbacks() {
    return {.started_leading =
                [this] {
                  log_.info(0, "Became leader", {{"lease", lease_name_}});
                  metrics_.leading(lease_name_, true);
                  lead();
                },
            .stopped_leading = [this] { metrics_.leading(lease_name_, false); },
            .new_leader =
                [this](const std::string& who) {
                  log_.info(0, "The leader is", {{"lease", lease_name_}, {"identity", who}});
                },
            .failed =
                [this](const k8s::error& why, bool leading) {
                  if (why.code != k8s::errc::forbidden)
                    log_.warning("Cannot renew or get the lease; trying again",
                                 {{"lease", lease_name_}, {"leading", leading}, {"err", why.detail}});
                }};
  }

  k8s::task<void> elect() {
    metrics_.leading(lease_name_, false);
    const k8s::election_end end = co_await elector_->run();
    if (end == k8s::election_end::lost) throw std::runtime_error("leader election lost");
    lease_released_ = true;
    released_.notify();
  }

  // ---- the end --------------------------------------------------------------------------------------------------

  void listen_for_signals() {
    signals_.async_wait([this](const boost::system::error_code& failed, int) {
      if (failed) return;
      if (std::exchange(stopping_, true)) std::_Exit(1);
      listen_for_signals();
      tasks_.spawn("shut down", shut_down());
    });
  }

  k8s::task<void> shut_down() {
    log_.info(0, "Asked to stop", {{"bindingsInFlight", scheduler_.bindings_in_flight()}});
    co_await scheduler_.drain(clock_.now() + drain_for);
    co_await scheduler_.flush(clock_.now() + flush_for);
    if (elector_) {
      elector_->stop();
      const instant deadline = clock_.now() + flush_for;
      while (!lease_released_ && clock_.now() < deadline) co_await released_.wait_until(deadline);
    }
    tasks_.stop();
  }

  // ---- probes and metrics ---------------------------------------------------------------------------------------

  http_answer answer(std::string_view target) {
    const std::vector<health_check> checks{
        {.name = "leaderElection",
         .problem =
             [this] {
               return elector_ && elector_->overdue(clock_.now(), lease_tolerance) ? "the lease is overdue" : "";
             },
         .for_liveness = true,
         .for_health = true},
        {.name = "informer-sync",
         .problem = [this] { return scheduler_.ready() ? "" : "nodes, pods and namespaces were not all listed yet"; }},
        {.name = "shutdown", .problem = [this] { return stopping_ ? "process is shutting down" : ""; }},
    };
    if (auto health = answer_health(target, checks)) return *health;
    if (auto trace = answer_trace(target, scheduler_.journeys(), scheduler_.cache(), clock_.now(), clock_.wall()))
      return *trace;
    if (target.substr(0, target.find('?')) != "/metrics") return {.status = 404, .body = "404 page not found\n"};
    scheduler_.report();
    return {.body = metrics_.text(), .content_type = "text/plain; version=0.0.4; charset=utf-8"};
  }

  std::uint64_t seed_;
  std::string host_;
  log log_;
  machine_clock clock_;
  asio::io_context io_;
  asio::strand<asio::io_context::executor_type> strand_;
  profiles profiles_;
  metrics metrics_;
  std::unique_ptr<k8s::client> client_;
  observed_client api_;
  watch_log watch_log_;
  task_group tasks_;
  extenders extenders_;
  whole_objects wanted_whole_;
  scheduler scheduler_;
  std::optional<reservation_reconciler> reservations_;
  std::string lease_name_;
  std::optional<k8s::leader_elector> elector_;
  std::optional<http_server> http_;
  asio::signal_set signals_;
  wakeup released_;
  bool lease_released_ = false;
  bool stopping_ = false;
  int exit_code_ = 0;
};

}  // namespace

int run_scheduler(const run_options& options, const scoring::registry& plugins) {
  // One arena per thread would keep what each has freed; the objects here are small and shared between them.
  mallopt(M_ARENA_MAX, 1);
  try {
    const scheduler_configuration configuration = merge(options);
    std::vector<scoring::profile> made = make_profiles(configuration, plugins);
    if (options.reserve_on_recreate) check_reservations(made);
    const k8s::connection_request request{
        .kubeconfig = configuration.client_connection.kubeconfig, .context = options.context, .server = options.master};
    const k8s::connection_settings connection = k8s::find_connection(request, k8s::environment::of_process());
    return app(options, configuration, connection, std::move(made)).run();
  } catch (const std::exception& e) {
    std::cerr << options.program << ": " << e.what() << std::endl;
    return 1;
  }
}

}  // namespace berth::controller
