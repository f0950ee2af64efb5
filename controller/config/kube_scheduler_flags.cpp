#include "controller/config/kube_scheduler_flags.hpp"

#include "controller/config/flag_values.hpp"

#include <limits>
#include <string_view>

namespace berth::controller {

namespace {

enum class kind { text, truth, number, duration };

struct upstream_flag {
  const char* name;
  kind takes;
  std::string_view why;  ///< it does nothing
};

constexpr std::string_view no_http2 = "HTTP/1.1 is spoken";
constexpr std::string_view own_port = "the port is listened on alone";
constexpr std::string_view no_profiling = "there is no profiling endpoint";
constexpr std::string_view all_metrics = "every metric is shown";
constexpr std::string_view direct_logs = "lines are written to standard error as they come";

constexpr upstream_flag without_effect[] = {
    {"disable-http2-serving", kind::truth, no_http2},
    {"http2-max-streams-per-connection", kind::number, no_http2},
    {"permit-address-sharing", kind::truth, own_port},
    {"permit-port-sharing", kind::truth, own_port},
    {"tls-curve-preferences", kind::text, "the library's order is kept: X25519 first"},
    {"tls-sni-cert-key", kind::text, "one certificate is shown, whatever name is asked for"},
    {"profiling", kind::truth, no_profiling},
    {"contention-profiling", kind::truth, no_profiling},
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

// Flags of older kube-schedulers, which v1.37 has no more: manifests and unit files keep them for years.
constexpr const char* gone_serving =
    "kube-scheduler v1.37 has it no more; leave it out: probes and metrics are on --secure-port of --bind-address";
constexpr const char* gone_policy = "kube-scheduler v1.37 has it no more; leave it out: plugins are chosen in --config";
constexpr const char* gone_log = "kube-scheduler v1.37 has it no more; leave it out: lines go to standard error";

constexpr struct {
  const char* name;
  const char* why;
  kind takes = kind::text;
} refused[] = {
    {"emulated-version", one_version},
    {"emulation-forward-compatible", one_version, kind::truth},
    {"min-compatibility-version", one_version},
    {"runtime-config-emulation-forward-compatible", one_version, kind::truth},
    {"address", gone_serving},
    {"port", gone_serving},
    {"algorithm-provider", gone_policy},
    {"policy-config-file", gone_policy},
    {"policy-configmap", gone_policy},
    {"policy-configmap-namespace", gone_policy},
    {"use-legacy-policy-config", gone_policy, kind::truth},
    {"hard-pod-affinity-symmetric-weight",
     "kube-scheduler v1.37 has it no more: it is hardPodAffinityWeight of InterPodAffinityArgs in --config"},
    {"lock-object-name", "kube-scheduler v1.37 has it no more: it is --leader-elect-resource-name"},
    {"lock-object-namespace", "kube-scheduler v1.37 has it no more: it is --leader-elect-resource-namespace"},
    {"add-dir-header", gone_log, kind::truth},
    {"alsologtostderr", gone_log, kind::truth},
    {"log-backtrace-at", gone_log},
    {"log-dir", gone_log},
    {"log-file", gone_log},
    {"log-file-max-size", gone_log},
    {"logtostderr", gone_log, kind::truth},
    {"one-output", gone_log, kind::truth},
    {"skip-headers", gone_log, kind::truth},
    {"skip-log-headers", gone_log, kind::truth},
    {"stderrthreshold", gone_log},
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
    case kind::duration:
      check = positive_duration(ignore);
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
    out.push_back(
        {.name = f.name, .value = f.takes == kind::truth ? "" : "VALUE", .help = "", .take = {}, .refused = f.why});
  return out;
}

}  // namespace berth::controller
