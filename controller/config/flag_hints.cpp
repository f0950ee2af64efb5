#include "controller/config/flag_hints.hpp"

#include <algorithm>
#include <numeric>

namespace berth::controller {

namespace {

struct hint {
  std::string_view prefix;  ///< of the flag's name, without dashes; ending in "=" for the whole name
  const char* what;
};

constexpr const char* plain_http = "probes and metrics are served in plain HTTP on --metrics-bind-address";
constexpr const char* no_delegation =
    "probes and metrics are served without authentication on --metrics-bind-address; leave it out";
constexpr const char* no_profiling = "there is no profiling endpoint; leave it out";
constexpr const char* own_metrics = "every metric is always shown; leave it out";
constexpr const char* direct_logs = "lines are written to standard error as they come; leave it out";

constexpr hint hints[] = {
    {"bind-address=", plain_http},
    {"secure-port=", plain_http},
    {"cert-dir=", plain_http},
    {"tls-", plain_http},
    {"http2-max-streams-per-connection=", plain_http},
    {"permit-port-sharing=", plain_http},
    {"permit-address-sharing=", plain_http},
    {"authentication-", no_delegation},
    {"authorization-", no_delegation},
    {"client-ca-file=", no_delegation},
    {"requestheader-", no_delegation},
    {"profiling=", no_profiling},
    {"contention-profiling=", no_profiling},
    {"feature-gates=", "there are no feature gates: what is on by default in Kubernetes v1.37 is on; leave it out"},
    {"emulated-version=", "only Kubernetes v1.37's behaviour is implemented; leave it out"},
    {"emulation-forward-compatible=", "only Kubernetes v1.37's behaviour is implemented; leave it out"},
    {"min-compatibility-version=", "only Kubernetes v1.37's behaviour is implemented; leave it out"},
    {"runtime-config-emulation-forward-compatible=", "only Kubernetes v1.37's behaviour is implemented; leave it out"},
    {"show-hidden-metrics-for-version=", own_metrics},
    {"disabled-metrics=", own_metrics},
    {"allow-metric-labels", own_metrics},
    {"vmodule=", "there is one verbosity for all files: use -v"},
    {"log-flush-frequency=", direct_logs},
    {"log-text-", direct_logs},
    {"log-json-", direct_logs},
    {"write-config-to=", "`berth explain --config FILE` tells whether a configuration is accepted"},
    {"kube-api-content-type=", "the API server is spoken to in JSON; leave it out"},
};

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::optional<std::string> why_refused(std::string_view flag) {
  const std::string whole = std::string(flag) + "=";
  for (const hint& h : hints)
    if (h.prefix.ends_with('=') ? whole == h.prefix : flag.starts_with(h.prefix)) return h.what;
  return std::nullopt;
}

std::string nearest(std::string_view word, const std::vector<std::string>& words) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const std::string& w : words)
    if (const std::size_t d = distance(word, w); d < best_distance) best_distance = d, best = w;
  return best;
}

}  // namespace berth::controller
