#include "controller/config/command_flags.hpp"
#include "controller/config/shared_flags.hpp"
#include "scoring/arguments.hpp"

#include <CLI/CLI.hpp>

namespace berth::controller {

namespace {

using std::chrono::nanoseconds;

/// A flag that takes a Go duration.
CLI::Option* add_duration(CLI::App& to, const std::string& name, std::function<void(nanoseconds)> take,
                          const std::string& help) {
  return to
      .add_option_function<std::string>(
          name,
          [name, take](const std::string& text) {
            const auto parsed = scoring::parse_duration(text);
            if (!parsed || parsed->count() <= 0)
              throw CLI::ValidationError(name, "\"" + text + "\" is not a duration like 15s, 1m30s or 500ms");
            take(*parsed);
          },
          help)
      ->type_name("DURATION");
}

}  // namespace

void add_run_flags(CLI::App& to, run_options& o) {
  to.add_option("--config", o.config, "KubeSchedulerConfiguration, kubescheduler.config.k8s.io/v1")->type_name("FILE");
  to.add_option("--scheduler-name", o.scheduler_name, "without --config: the schedulerName of the only profile")
      ->type_name("NAME")
      ->capture_default_str();

  add_api_server_flags(to, o);

  const std::string lease = "Leader election (overrides the file's leaderElection)";
  // Not add_flag with the optional itself: CLI11 would set it to false at once.
  to.add_flag_function(
        "--leader-elect,!--no-leader-elect", [&o](std::int64_t count) { o.leader_elect = count > 0; },
        "take part; without --config the default is not to")
      ->group(lease);
  add_duration(
      to, "--leader-elect-lease-duration", [&o](nanoseconds d) { o.lease_duration = d; }, "default 15s")
      ->group(lease);
  add_duration(
      to, "--leader-elect-renew-deadline", [&o](nanoseconds d) { o.renew_deadline = d; }, "default 10s")
      ->group(lease);
  add_duration(
      to, "--leader-elect-retry-period", [&o](nanoseconds d) { o.retry_period = d; }, "default 2s")
      ->group(lease);
  to.add_option("--leader-elect-resource-name", o.lease_name, "of the Lease, default \"berth\"")
      ->type_name("NAME")
      ->group(lease);
  to.add_option("--leader-elect-resource-namespace", o.lease_namespace, "default \"kube-system\"")
      ->type_name("NAME")
      ->group(lease);
  to.add_option_function<std::string>(
        "--leader-elect-resource-lock",
        [](const std::string& kind) {
          if (kind != "leases")
            throw CLI::ValidationError("--leader-elect-resource-lock", "\"" + kind + "\": only leases are supported");
        },
        "\"leases\"")
      ->type_name("KIND")
      ->group(lease);

  const std::string scheduling = "Scheduling";
  add_duration(
      to, "--pod-max-in-unschedulable-pods-duration", [&o](nanoseconds d) { o.max_unschedulable = d; },
      "a refused pod that no event wakes is tried again after this long, default 5m0s")
      ->group(scheduling);
  to.add_option("--bindings-in-flight", o.bindings_in_flight, "how many pods are bound at once")
      ->type_name("N")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str()
      ->group(scheduling);
  to.add_option("--seed", o.seed, "of the choice among equally good nodes; not given: another one each time")
      ->type_name("N")
      ->group(scheduling);

  to.add_flag("--reserve-on-recreate", o.reserve_on_recreate,
              "keep the room of deleted pods for those that replace them, where the workload is annotated "
              "berth.dev/reserve-on-recreate; needs the plugin NodeReservation in a profile")
      ->group(scheduling);

  add_watching_flags(to, o, "serves /livez, /readyz, /healthz and /metrics in plain HTTP; \"\" or 0 for not at all",
                     "what is logged: 2 each pod's outcome, 3 each attempt, up to 5");
}

}  // namespace berth::controller
