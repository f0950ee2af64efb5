#include "controller/commands/run_settings.hpp"

#include "controller/config/content_types.hpp"
#include "controller/config/override_connection.hpp"
#include "controller/runtime/version.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace berth::controller {

namespace {

/// What the file's own check says of its values, of those that flags have changed. Upstream: client-go's
/// NewLeaderElector.
void check_lease(const leader_election_configuration& lease) {
  constexpr double jitter = 1.2;
  const auto in_seconds = [](std::chrono::nanoseconds d) { return std::chrono::duration<double>(d).count(); };
  if (!lease.leader_elect) return;
  if (lease.lease_duration <= lease.renew_deadline)
    throw scoring::configuration_error(
        fmt::format("--leader-elect-lease-duration ({}s) must be greater than --leader-elect-renew-deadline ({}s)",
                    in_seconds(lease.lease_duration), in_seconds(lease.renew_deadline)));
  if (in_seconds(lease.renew_deadline) <= jitter * in_seconds(lease.retry_period))
    throw scoring::configuration_error(fmt::format(
        "--leader-elect-renew-deadline ({}s) must be greater than {} times --leader-elect-retry-period ({}s)",
        in_seconds(lease.renew_deadline), jitter, in_seconds(lease.retry_period)));
}

milliseconds in_ms(std::chrono::nanoseconds d) { return std::chrono::duration_cast<milliseconds>(d); }

}  // namespace

scheduler_configuration merge(const run_options& options) {
  scheduler_configuration c =
      options.config.empty() ? default_configuration(options.scheduler_name) : load_configuration(options.config);
  leader_election_configuration& le = c.leader_election;
  le.leader_elect = options.leader_elect.value_or(le.leader_elect);
  le.lease_duration = options.lease_duration.value_or(le.lease_duration);
  le.renew_deadline = options.renew_deadline.value_or(le.renew_deadline);
  le.retry_period = options.retry_period.value_or(le.retry_period);
  le.resource_name = options.lease_name.value_or(le.resource_name);
  le.resource_namespace = options.lease_namespace.value_or(le.resource_namespace);
  if (options.lease_duration || options.renew_deadline || options.retry_period) check_lease(le);
  override_connection(c.client_connection, options);
  return c;
}

k8s::client_options client_settings_of(const scheduler_configuration& configuration, const run_options& options) {
  k8s::client_options out;
  out.user_agent = "berth/" + version_number() + " (linux) " + version_commit() + "/scheduler";
  out.bindings = options.bindings_in_flight;
  out.qps = configuration.client_connection.qps.value_or(0);
  out.burst = configuration.client_connection.burst;
  out.streams = encoding_of_streams(configuration.client_connection);
  return out;
}

scheduler_settings scheduler_settings_of(const scheduler_configuration& configuration, const run_options& options,
                                         std::uint64_t seed) {
  scheduler_settings out;
  out.queue.initial_backoff = configuration.pod_initial_backoff;
  out.queue.max_backoff = configuration.pod_max_backoff;
  out.queue.max_unschedulable = options.max_unschedulable;
  out.bindings_in_flight = options.bindings_in_flight;
  out.remedies_in_events = options.remedies_in_events;
  out.seed = seed;
  return out;
}

k8s::leader_election_settings election_settings_of(const scheduler_configuration& configuration, std::string identity) {
  const leader_election_configuration& c = configuration.leader_election;
  k8s::leader_election_settings out;
  out.namespace_ = c.resource_namespace;
  out.name = c.resource_name;
  out.identity = std::move(identity);
  out.lease_duration = in_ms(c.lease_duration);
  out.renew_deadline = in_ms(c.renew_deadline);
  out.retry_period = in_ms(c.retry_period);
  return out;
}

}  // namespace berth::controller
