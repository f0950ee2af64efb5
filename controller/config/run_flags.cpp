#include "controller/config/command_flags.hpp"
#include "controller/config/kube_scheduler_flags.hpp"
#include "controller/config/serving_flags.hpp"
#include "controller/config/shared_flags.hpp"

namespace berth::controller {

namespace {

std::vector<flag> lease_flags(run_options& o) {
  return {
      {.name = "leader-elect",
       .value = "",
       .help = "take part; without --config the default is not to",
       .take = truth(into(o.leader_elect))},
      {.name = "leader-elect-lease-duration",
       .value = "DURATION",
       .help = "how long others wait for a leader that is silent",
       .take = positive_duration(into(o.lease_duration)),
       .fallback = "15s"},
      {.name = "leader-elect-renew-deadline",
       .value = "DURATION",
       .help = "how long a leader that cannot renew goes on; less than the lease's duration",
       .take = positive_duration(into(o.renew_deadline)),
       .fallback = "10s"},
      {.name = "leader-elect-retry-period",
       .value = "DURATION",
       .help = "between two attempts to take or renew the lease",
       .take = positive_duration(into(o.retry_period)),
       .fallback = "2s"},
      {.name = "leader-elect-resource-name",
       .value = "NAME",
       .help = "of the Lease",
       .take = dns_name(into(o.lease_name)),
       .fallback = "berth"},
      {.name = "leader-elect-resource-namespace",
       .value = "NAME",
       .help = "of the Lease",
       .take = dns_name(into(o.lease_namespace)),
       .fallback = "kube-system"},
      {.name = "leader-elect-resource-lock",
       .value = "KIND",
       .help = "of the lock: only leases are supported",
       .take = one_of({"leases"}, [](const std::string&) {}),
       .fallback = "leases"},
  };
}

std::vector<flag> scheduling_flags(run_options& o) {
  return {
      {.name = "pod-max-in-unschedulable-pods-duration",
       .value = "DURATION",
       .help = "a refused pod that no event wakes is tried again after this long",
       .take = positive_duration(into(o.max_unschedulable)),
       .fallback = "5m0s"},
      {.name = "bindings-in-flight",
       .value = "N",
       .help = "how many pods are bound at once, 1 to 1024",
       .take = whole_number(1, 1024, [&o](std::int64_t n) { o.bindings_in_flight = static_cast<std::size_t>(n); }),
       .fallback = std::to_string(o.bindings_in_flight)},
      {.name = "seed",
       .value = "N",
       .help = "of the choice among equally good nodes; not given: another one each time",
       .take = any_unsigned(into(o.seed))},
      {.name = "reserve-on-recreate",
       .value = "",
       .help = "keep the room of deleted pods for those that replace them, where the workload is annotated "
               "berth.dev/reserve-on-recreate; needs the plugin NodeReservation in a profile",
       .take = truth(into(o.reserve_on_recreate))},
      {.name = "stuck-after",
       .value = "DURATION",
       .help = "/livez fails, so that the kubelet starts it anew, once a single decision has taken so long",
       .take = positive_duration(into(o.stuck_after)),
       .fallback = "10m"},
      {.name = "remedies-in-events",
       .value = "",
       .help = "a pod's FailedScheduling event names, after kube-scheduler's words, the smallest single change of the "
               "pod that would let it fit, as `explain` does",
       .take = truth(into(o.remedies_in_events))},
  };
}

}  // namespace

command_flags run_flags(run_options& o) {
  command_flags c{
      .name = "run",
      .summary = "schedule pods (also without a command)",
      .description =
          "Schedules the pods whose spec.schedulerName is a profile's, until it is told to stop. Flags "
          "override the configuration file. All flags of kube-scheduler are known: the manifest of one, as "
          "kubeadm writes it, is accepted, with a warning in the log for each flag that does nothing here.",
      .examples =
          "  PROGRAM run --scheduler-name berth          for pods whose spec.schedulerName is \"berth\"\n"
          "  PROGRAM run --config scheduler.yaml -v 4    with kube-scheduler's configuration file\n"
          "  PROGRAM run --leader-elect --kubeconfig k   one of several replicas, from outside the cluster\n",
      .also_called = {{"verbose", "v"},
                      {"verbosity", "v"},
                      {"log-level", "v"},
                      {"log-format", "logging-format"},
                      {"name", "scheduler-name"},
                      {"server", "master"},
                      {"apiserver", "master"}},
  };
  append(c.flags,
         {{.name = "config",
           .value = "FILE",
           .help = "KubeSchedulerConfiguration, kubescheduler.config.k8s.io/v1",
           .take = any_text(into(o.config))},
          {.name = "write-config-to",
           .value = "FILE",
           .help = "write what the configuration comes to, with all defaults, as kube-scheduler does, and exit; - for "
                   "standard output",
           .take = any_text(into(o.write_config_to))},
          {.name = "scheduler-name",
           .value = "NAME",
           .help = "without --config: the schedulerName of the only profile",
           .take = dns_name(into(o.scheduler_name)),
           .fallback = o.scheduler_name}});
  append(c.flags, api_server_flags(o), "API server");
  append(c.flags, lease_flags(o), "Leader election (overrides the file's leaderElection)");
  append(c.flags, scheduling_flags(o), "Scheduling");
  std::vector<flag> watching =
      watching_flags(o,
                     "serves the same in plain HTTP to this host alone, to whoever asks; not given, \"\" or 0: not at "
                     "all",
                     "what is logged, 0 to 10: 2 each pod's outcome, 3 each attempt and what the watches bring, 4 "
                     "updates and waits, 5 each move between queues, 10 each score of each node");
  watching.front().take = loopback_address(into(o.metrics_bind_address));
  append(c.flags, watching, "Watching it");
  append(c.flags, serving_flags(o.serving), "Serving in HTTPS: who may ask, and how he is known");
  append(c.flags, flags_without_effect(o.ignored));
  return c;
}

}  // namespace berth::controller
