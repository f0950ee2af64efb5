#include "controller/config/kube_scheduler_flags.hpp"

#include "controller/config/flag_values.hpp"

#include <limits>
#include <string_view>

namespace berth::controller {

namespace {

enum class kind { text, truth, number, port, duration, ip };

struct upstream_flag {
  const char* name;
  kind takes;
  std::string_view why;  ///< it does nothing
};

constexpr std::string_view no_https =
    "probes and metrics are served in plain HTTP on --metrics-bind-address, not in HTTPS on --secure-port";
constexpr std::string_view no_access_control =
    "whoever reaches --metrics-bind-address may read probes and metrics: nobody is authenticated";
constexpr std::string_view no_profiling = "there is no profiling endpoint";
constexpr std::string_view all_metrics = "every metric is shown";
constexpr std::string_view direct_logs = "lines are written to standard error as they come";

constexpr upstream_flag without_effect[] = {
    {"bind-address", kind::ip, no_https},
    {"cert-dir", kind::text, no_https},
    {"disable-http2-serving", kind::truth, no_https},
    {"http2-max-streams-per-connection", kind::number, no_https},
    {"permit-address-sharing", kind::truth, no_https},
    {"permit-port-sharing", kind::truth, no_https},
    {"secure-port", kind::port, no_https},
    {"tls-cert-file", kind::text, no_https},
    {"tls-cipher-suites", kind::text, no_https},
    {"tls-curve-preferences", kind::text, no_https},
    {"tls-min-version", kind::text, no_https},
    {"tls-private-key-file", kind::text, no_https},
    {"tls-sni-cert-key", kind::text, no_https},
    {"authentication-kubeconfig", kind::text, no_access_control},
    {"authentication-skip-lookup", kind::truth, no_access_control},
    {"authentication-token-webhook-cache-ttl", kind::duration, no_access_control},
    {"authentication-tolerate-lookup-failure", kind::truth, no_access_control},
    {"authorization-always-allow-paths", kind::text, no_access_control},
    {"authorization-kubeconfig", kind::text, no_access_control},
    {"authorization-webhook-cache-authorized-ttl", kind::duration, no_access_control},
    {"authorization-webhook-cache-unauthorized-ttl", kind::duration, no_access_control},
    {"client-ca-file", kind::text, no_access_control},
    {"requestheader-allowed-names", kind::text, no_access_control},
    {"requestheader-client-ca-file", kind::text, no_access_control},
    {"requestheader-extra-headers-prefix", kind::text, no_access_control},
    {"requestheader-group-headers", kind::text, no_access_control},
    {"requestheader-uid-headers", kind::text, no_access_control},
    {"requestheader-username-headers", kind::text, no_access_control},
    {"profiling", kind::truth, no_profiling},
    {"contention-profiling", kind::truth, no_profiling},
    {"kube-api-content-type", kind::text, "the API server is spoken to in JSON"},
    {"allow-metric-labels", kind::text, all_metrics},
    {"allow-metric-labels-manifest", kind::text, all_metrics},
    {"disabled-metrics", kind::text, all_metrics},
    {"show-hidden-metrics-for-version", kind::text, all_metrics},
    {"log-flush-frequency", kind::duration, direct_logs},
    {"log-json-info-buffer-size", kind::text, direct_logs},
    {"log-json-split-stream", kind::truth, direct_logs},
    {"log-text-info-buffer-size", kind::text, direct_logs},
    {"log-text-split-stream", kind::truth, direct_logs},
    {"vmodule", kind::text, "one verbosity counts for all files: --v"},
};

constexpr const char* one_version = "only what Kubernetes v1.37 does is implemented; leave it out";

constexpr struct {
  const char* name;
  const char* why;
} refused[] = {
    {"emulated-version", one_version},
    {"emulation-forward-compatible", one_version},
    {"min-compatibility-version", one_version},
    {"runtime-config-emulation-forward-compatible", one_version},
};

/// Hands what `check` accepts to `told`.
value_taker checked(kind takes, setter<std::string> told) {
  const auto ignore = [](auto) {};
  value_taker check;
  switch (takes) {
    case kind::text:
      check = any_text(ignore);
      break;
    case kind::truth:
      check = truth(ignore);
      break;
    case kind::number:
      check = whole_number(0, std::numeric_limits<std::int32_t>::max(), ignore);
      break;
    case kind::port:
      check = whole_number(0, 65535, ignore);
      break;
    case kind::duration:
      check = positive_duration(ignore);
      break;
    case kind::ip:
      check = ip_address(ignore);
      break;
  }
  return [check, told](const std::string& value) -> refusal {
    refusal wrong = check(value);
    if (!wrong) told(value);
    return wrong;
  };
}

}  // namespace

std::vector<flag> flags_without_effect(std::vector<ignored_flag>& ignored) {
  std::vector<flag> out;
  for (const upstream_flag& f : without_effect) {
    const auto told = [&ignored, f](const std::string& value) {
      ignored.push_back({std::string("--") + f.name + "=" + value, std::string(f.why)});
    };
    out.push_back(
        {.name = f.name, .value = f.takes == kind::truth ? "" : "VALUE", .help = "", .take = checked(f.takes, told)});
  }
  out.push_back({.name = "feature-gates", .value = "GATE=true,...", .help = "", .take = feature_gates(ignored)});
  for (const auto& f : refused)
    out.push_back({.name = f.name, .value = "VALUE", .help = "", .take = {}, .refused = f.why});
  return out;
}

}  // namespace berth::controller
