#include "controller/commands/app.hpp"

#include "controller/access/secure_server.hpp"
#include "controller/bind/verify_waiting.hpp"
#include "controller/commands/endpoints.hpp"
#include "controller/commands/run_settings.hpp"
#include "controller/commands/write_config.hpp"
#include "controller/config/configuration.hpp"
#include "controller/config/content_types.hpp"
#include "controller/extenders/make_extenders.hpp"
#include "controller/process/identity.hpp"
#include "controller/process/process.hpp"
#include "controller/process/start_failure.hpp"
#include "controller/reservations/reservation_reconciler.hpp"
#include "controller/reservations/reservation_warnings.hpp"
#include "controller/runtime/version.hpp"
#include "controller/schedule/scheduler.hpp"
#include "controller/serving/http_server.hpp"
#include "controller/serving/listen_error.hpp"
#include "controller/serving/work_queue_metrics.hpp"
#include "k8s/lease/leader_elector.hpp"
#include "k8s/run_on.hpp"

#include <boost/asio/post.hpp>

#include <malloc.h>

#include <algorithm>
#include <optional>

namespace berth::controller {

namespace {

constexpr seconds drain_for{10};
constexpr seconds flush_for{3};
constexpr seconds lease_tolerance{20};

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

/// Whether some profile evicts pods, and has to know how many may go.
bool preempts(const profiles& all) {
  return std::any_of(all.all().begin(), all.all().end(), [](const profile_at_work& p) {
    const auto names = p.plugins.plugins_at(scoring::extension_point::post_filter);
    return std::find(names.begin(), names.end(), "DefaultPreemption") != names.end();
  });
}

process_settings settings_of(const run_options& options, const scheduler_configuration& configuration,
                             const std::vector<scoring::profile>& made, const k8s::leadership& lead) {
  process_settings out{.format = options.format,
                       .verbosity = options.verbosity,
                       .seed = options.seed.value_or(fresh_random()),
                       .client = client_settings_of(configuration, options),
                       .profiles = {}};
  if (configuration.leader_election.leader_elect) out.client.lead = &lead;
  for (const scoring::profile& p : made) out.profiles.push_back(p.scheduler_name());
  return out;
}

scheduler_settings settings_of(const run_options& options, const scheduler_configuration& configuration,
                               std::uint64_t seed, const k8s::leadership& lead) {
  scheduler_settings out = scheduler_settings_of(configuration, options, seed);
  if (configuration.leader_election.leader_elect) out.lead = &lead;
  return out;
}

class app {
 public:
  app(const run_options& options, const scheduler_configuration& configuration,
      const k8s::connection_settings& connection, std::vector<scoring::profile> made)
      : plugins_(plugin_names(made)),
        watched_(watched_for(made)),
        process_(settings_of(options, configuration, made, lead_), connection),
        profiles_(std::move(made), process_.host),
        extenders_(make_extenders(configuration.extenders, process_.io.get_executor(), process_.clock, process_.log)),
        scheduler_(process_.strand, process_.api, process_.clock, process_.log, process_.metrics, profiles_, extenders_,
                   settings_of(options, configuration, process_.seed, lead_)),
        reservation_warnings_(profiles_, scheduler_.events(), scheduler_.cache().index()),
        endpoints_({process_, scheduler_,
                    configuration.leader_election.leader_elect ? configuration.leader_election.resource_name : "",
                    [this] { return elector_ && elector_->overdue(process_.clock.now(), lease_tolerance); },
                    configuration_in_force(options, configuration), options.flags, [this] { report(); },
                    options.stuck_after}),
        released_(process_.strand, process_.clock) {
    const whole_objects whole = whole_objects_for(configuration.extenders);
    watched_.texts_of_nodes = whole.nodes;
    if (whole.pods) watched_.texts_of_pods = k8s::kept_texts::unassigned;
    if (whole.placed_pods) {
      watched_.texts_of_pods = k8s::kept_texts::all;
      scheduler_.cache().keep_texts_of_placed_pods();
    }
    scheduler_.observe(reservation_warnings_);
    if (configuration.leader_election.leader_elect) {
      lease_name_ = configuration.leader_election.resource_name;
      elector_.emplace(process_.api, process_.clock, election_settings_of(configuration, identity_of(process_.host)),
                       callbacks(), process_.seed ^ 1, &lead_);
    }
    if (const std::string& at = options.metrics_bind_address; !at.empty() && at != "0")
      http_.emplace(process_.apart, process_.io.get_executor(), at, http_limits{}, nullptr,
                    [this](http_request request) { return answer_plainly(std::move(request)); });
    if (options.serving.secure_port != 0)
      https_.emplace(options.serving, connection,
                     secure_server_parts{process_.apart, process_.io.get_executor(), process_.clock, process_.log,
                                         process_.host, client_settings_of(configuration, options).user_agent},
                     [this](http_request request) { return endpoints_.answer(std::move(request)); });
    if (options.reserve_on_recreate) {
      reservation_queue_.emplace(process_.metrics.registry(), "reservations");
      reservations_.emplace(
          process_.strand, process_.api, process_.clock, process_.log, scheduler_.cache(),
          [this](const k8s::object_reference& about, std::string what) { warn(about, std::move(what)); },
          reservation_settings{.queue_observer = &*reservation_queue_});
      scheduler_.observe(*reservations_);
      watched_.replica_sets = &reservations_->store_of(workload_kind::replica_set);
      watched_.stateful_sets = &reservations_->store_of(workload_kind::stateful_set);
      watched_.replication_controllers = &reservations_->store_of(workload_kind::replication_controller);
    }
    greet(options, connection);
    warn_of_content_types(process_.log, configuration.client_connection);
    for (const extender_configuration& e : configuration.extenders)
      process_.log.info(2, "Creating extender", {{"extender", e.url_prefix}});
  }

  int run() {
    return process_.run(live(), [this] { return shut_down(); });
  }

 private:
  void greet(const run_options& options, const k8s::connection_settings& connection) {
    process_.log.info(0, "Starting berth",
                      {{"version", version_number()},
                       {"commit", version_commit()},
                       {"server", connection.server.text()},
                       {"credentials", connection.source},
                       {"config", options.config},
                       {"profiles", plugins_},
                       {"seed", process_.seed}});
    for (const ignored_flag& f : options.ignored)
      process_.log.warning("A flag of kube-scheduler has no effect here", {{"flag", f.flag}, {"reason", f.why}});
    if (http_) process_.log.info(0, "Serving probes and metrics", {{"port", http_->port()}});
    if (https_)
      process_.log.info(0, "Serving probes and metrics in HTTPS",
                        {{"port", https_->port()}, {"certificate", https_->certificate_source()}});
  }

  k8s::task<void> live() {
    co_await k8s::run_on(process_.apart, live_apart());
    process_.watch_cluster(scheduler_.cache(), watched_);
    if (preempts(profiles_)) process_.watch_disruption_budgets(scheduler_.cache());
    scheduler_.start(process_.tasks);
    process_.tasks.spawn("verify waiting pods",
                         verify_waiting(process_.api, process_.clock, process_.log, scheduler_.cache(),
                                        [this](const std::string& name) { return profiles_.find(name) != nullptr; }));
    if (reservations_) reservations_->start(process_.tasks);
    if (!elector_) scheduler_.lead();
    co_await process_.join();
  }

  // What decisions must not hold up, however long they take.
  k8s::task<void> live_apart() {
    if (http_) process_.apart_tasks.spawn("serve probes and metrics", http_->run(process_.apart_tasks));
    if (https_) https_->start(process_.apart_tasks);
    if (elector_) process_.apart_tasks.spawn("hold the lease", elect());
    co_return;
  }

  void warn(const k8s::object_reference& about, std::string note) {
    process_.log.warning(note, {{"kind", about.kind}, {"name", about.name}, {"namespace", about.namespace_}});
    scheduler_.events().record(about, invalid_reservation_event, profiles_.all().front().reporter, std::move(note));
  }

  // ---- the lease: apart from decisions --------------------------------------------------------------------------

  k8s::leader_callbacks callbacks() {
    return {.started_leading =
                [this] {
                  process_.log.info(0, "Became leader", {{"lease", lease_name_}});
                  process_.metrics.process.leading(lease_name_, true);
                  boost::asio::post(process_.strand, [this] { scheduler_.lead(); });
                },
            .stopped_leading = [this] { process_.metrics.process.leading(lease_name_, false); },
            .new_leader =
                [this](const std::string& who) {
                  process_.log.info(0, "The leader is", {{"lease", lease_name_}, {"identity", who}});
                },
            .failed =
                [this](const k8s::error& why, bool leading) {
                  if (why.code != k8s::errc::forbidden)
                    process_.log.warning("Cannot renew or get the lease; trying again",
                                         {{"lease", lease_name_}, {"leading", leading}, {"err", why.detail}});
                }};
  }

  k8s::task<void> elect() {
    process_.metrics.process.leading(lease_name_, false);
    const k8s::election_end end = co_await elector_->run();
    if (end == k8s::election_end::lost) throw std::runtime_error("leader election lost");
    boost::asio::post(process_.strand, [this] {
      lease_released_ = true;
      released_.notify();
    });
  }

  // ---- the end --------------------------------------------------------------------------------------------------

  k8s::task<void> shut_down() {
    process_.log.info(0, "Asked to stop", {{"bindingsInFlight", scheduler_.bindings_in_flight()}});
    co_await scheduler_.drain(process_.clock.now() + drain_for);
    co_await scheduler_.flush(process_.clock.now() + flush_for);
    if (elector_) {
      boost::asio::post(process_.apart, [this] { elector_->stop(); });
      const instant deadline = process_.clock.now() + flush_for;
      while (!lease_released_ && process_.clock.now() < deadline) co_await released_.wait_until(deadline);
    }
  }

  // ---- probes and metrics ---------------------------------------------------------------------------------------

  k8s::task<http_answer> answer_plainly(http_request request) {
    if (request.method != "GET" && request.method != "HEAD")
      co_return http_answer{.status = 405, .body = "", .allow = "GET, HEAD"};
    co_return co_await endpoints_.answer(std::move(request));
  }

  // The scheduler's own gauges are its own business.
  void report() {
    if (reservations_) reservation_queue_->stands(reservations_->queued());
  }

  std::string plugins_;
  also_watched watched_;
  k8s::leadership lead_;  ///< written by the elector; without one it is not looked at
  process process_;
  profiles profiles_;
  extenders extenders_;
  scheduler scheduler_;
  reservation_warnings reservation_warnings_;
  endpoints endpoints_;
  std::optional<work_queue_metrics> reservation_queue_;
  std::optional<reservation_reconciler> reservations_;
  std::string lease_name_;
  std::optional<k8s::leader_elector> elector_;
  std::optional<http_server> http_;
  std::optional<secure_server> https_;
  wakeup released_;
  bool lease_released_ = false;
};

}  // namespace

int run_scheduler(const run_options& options, const scoring::registry& plugins) {
  // One arena per thread would keep what each has freed; the objects here are small and shared between them.
  mallopt(M_ARENA_MAX, 1);
  try {
    const scheduler_configuration configuration = merge(options);
    std::vector<scoring::profile> made = make_profiles(configuration, plugins);
    if (!options.write_config_to.empty()) {
      write_config(options, configuration);
      return 0;
    }
    if (options.reserve_on_recreate) check_reservations(made);
    const k8s::connection_request request{
        .kubeconfig = configuration.client_connection.kubeconfig, .context = options.context, .server = options.master};
    const k8s::connection_settings connection = k8s::find_connection(request, k8s::environment::of_process());
    return app(options, configuration, connection, std::move(made)).run();
  } catch (const listen_error& e) {
    // kube-scheduler's port is berth's, too: on the host of a control plane it is taken.
    const bool plain = e.address() == options.metrics_bind_address;
    report_start_failure(options.program, options.format,
                         plain ? std::string("--metrics-bind-address: ") + e.what()
                               : std::string("--secure-port: ") + e.what() + "; choose another, or 0 for none");
    return 1;
  } catch (const std::exception& e) {
    report_start_failure(options.program, options.format, e.what());
    return 1;
  }
}

}  // namespace berth::controller
