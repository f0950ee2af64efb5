#include "controller/config/configuration.hpp"

#include "controller/config/configuration_profiles.hpp"
#include "k8s/config/read_file.hpp"
#include "k8s/text/value_reader.hpp"
#include "scoring/arguments.hpp"

#include <fmt/format.h>

#include <limits>

namespace berth::controller {

namespace {

using scoring::arguments;
using scoring::configuration_error;

constexpr std::string_view group = "kubescheduler.config.k8s.io/";
constexpr std::size_t max_file_bytes = std::size_t{4} << 20;
constexpr std::int64_t max_int32 = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t max_seconds = 9'000'000'000;  // what nanoseconds in 64 bits can hold

void check_type(arguments& document) {
  if (document.text_or("kind", "") == "ConfigMap")  // what a repository has, as often as not
    document.fail("kind", "is a ConfigMap, not what is in it: the configuration is one of the texts under its `data`");
  const std::string version = document.text_or("apiVersion", "");
  if (version.empty()) document.fail("apiVersion", fmt::format("is required: {}", configuration_api_version));
  if (version != configuration_api_version) {
    if (version.starts_with(group))
      document.fail("apiVersion", fmt::format("{} is no longer a version of this file; write {}", version,
                                              configuration_api_version));
    document.fail("apiVersion", fmt::format("\"{}\" is not {}", version, configuration_api_version));
  }
  const std::string kind = document.text_or("kind", "");
  if (kind != "KubeSchedulerConfiguration")
    document.fail("kind", fmt::format("\"{}\" is not KubeSchedulerConfiguration", kind));
}

std::chrono::nanoseconds duration_or(arguments& a, std::string_view field, std::chrono::nanoseconds fallback) {
  const std::optional<std::chrono::nanoseconds> given = a.duration(field);
  return given && given->count() != 0 ? *given : fallback;
}

std::string text_or_default(arguments& a, std::string_view field, const std::string& fallback) {
  std::string given = a.text_or(field, "");
  return given.empty() ? fallback : given;
}

leader_election_configuration read_leader_election(arguments& document) {
  leader_election_configuration out;
  std::optional<arguments> given = document.map("leaderElection");
  if (!given) return out;
  arguments& a = *given;
  out.leader_elect = a.boolean_or("leaderElect", out.leader_elect);
  out.lease_duration = duration_or(a, "leaseDuration", out.lease_duration);
  out.renew_deadline = duration_or(a, "renewDeadline", out.renew_deadline);
  out.retry_period = duration_or(a, "retryPeriod", out.retry_period);
  out.resource_name = text_or_default(a, "resourceName", out.resource_name);
  out.resource_namespace = text_or_default(a, "resourceNamespace", out.resource_namespace);
  const std::string lock = text_or_default(a, "resourceLock", "leases");
  a.finish();
  if (!out.leader_elect) return out;
  if (out.lease_duration.count() <= 0) a.fail("leaseDuration", "must be greater than zero");
  if (out.renew_deadline.count() <= 0) a.fail("renewDeadline", "must be greater than zero");
  if (out.retry_period.count() <= 0) a.fail("retryPeriod", "must be greater than zero");
  if (out.lease_duration <= out.renew_deadline) a.fail("leaseDuration", "must be greater than renewDeadline");
  if (lock != "leases") a.fail("resourceLock", "must be \"leases\"");
  return out;
}

client_connection_configuration read_client_connection(arguments& document) {
  client_connection_configuration out;
  std::optional<arguments> given = document.map("clientConnection");
  if (!given) return out;
  arguments& a = *given;
  out.kubeconfig = a.text_or("kubeconfig", "");
  out.accept_content_types = a.text_or("acceptContentTypes", "");
  out.content_type = text_or_default(a, "contentType", out.content_type);
  if (const std::optional<double> qps = a.number("qps"); qps && *qps > 0) out.qps = qps;
  if (const std::int64_t burst = a.integer_or("burst", 0, 0, max_int32); burst > 0)
    out.burst = static_cast<std::int32_t>(burst);
  a.finish();
  return out;
}

void read_backoff(arguments& document, scheduler_configuration& out) {
  out.pod_initial_backoff = std::chrono::seconds{document.integer_or("podInitialBackoffSeconds", 1, 1, max_seconds)};
  out.pod_max_backoff = std::chrono::seconds{document.integer_or("podMaxBackoffSeconds", 10, 0, max_seconds)};
  if (out.pod_max_backoff < out.pod_initial_backoff)
    document.fail("podMaxBackoffSeconds", "must be greater than or equal to podInitialBackoffSeconds");
}

/// Where a duration is a plain field, kube-scheduler reads null as "", which is none.
void refuse_null_durations(const k8s::value& of, const std::string& path,
                           std::initializer_list<std::string_view> fields) {
  for (const std::string_view field : fields)
    if (const k8s::value* given = of.find(field); given != nullptr && given->is_null())
      throw configuration_error(fmt::format("{}.{}", path, field), "\"\" is not a duration such as 15s or 1m30s");
}

void refuse_null_durations(const k8s::value& document) {
  if (const k8s::value* election = document.find("leaderElection"))
    refuse_null_durations(*election, "leaderElection", {"leaseDuration", "renewDeadline", "retryPeriod"});
  const k8s::value* extenders = document.find("extenders");
  const k8s::value::list* all = extenders != nullptr ? extenders->as_list() : nullptr;
  for (std::size_t i = 0; all != nullptr && i < all->size(); ++i)
    refuse_null_durations((*all)[i], fmt::format("extenders[{}]", i), {"httpTimeout"});
}

scheduler_configuration read(const k8s::value& tree, std::string file) {
  arguments document(tree, "");
  check_type(document);
  refuse_null_durations(tree);
  scheduler_configuration out;
  out.file = std::move(file);
  out.leader_election = read_leader_election(document);
  out.client_connection = read_client_connection(document);
  read_backoff(document, out);
  out.profiles = read_profiles(document);
  out.extenders = read_extenders(document);
  ignore_managed_resources(out.extenders, out.profiles);
  // What is about upstream's process and has no counterpart here.
  document.integer("parallelism", 1, max_int32);
  document.boolean_or("enableProfiling", true);
  document.boolean_or("enableContentionProfiling", true);
  document.boolean_or("delayCacheUntilActive", false);
  document.finish();
  return out;
}

}  // namespace

scheduler_configuration default_configuration(std::string scheduler_name) {
  scheduler_configuration out;
  out.leader_election.leader_elect = false;
  out.profiles.emplace_back().scheduler_name = std::move(scheduler_name);
  return out;
}

scheduler_configuration read_configuration(const k8s::value& document, std::string file) {
  try {
    return read(document, file);
  } catch (const configuration_error& e) {
    throw in_file(file, e);
  }
}

scheduler_configuration parse_configuration(std::string_view text, std::string file) {
  // As kube-scheduler has it: what begins with a brace is JSON, and not YAML in flow style, which lets more pass.
  const auto first = text.find_first_not_of(" \t\r\n");
  const bool is_json = first != text.npos && text[first] == '{';
  const k8s::result<k8s::value> document = is_json ? k8s::read_json_value(text, file) : k8s::read_value(text, file);
  if (!document) throw in_file("", configuration_error(document.error().detail));
  return read_configuration(*document, std::move(file));
}

scheduler_configuration load_configuration(const std::string& path) {
  const k8s::result<std::string> text = k8s::read_file(path, max_file_bytes);
  if (!text) throw in_file("", configuration_error(text.error().detail));
  return parse_configuration(*text, path);
}

}  // namespace berth::controller
