#pragma once

#include "controller/config/flag.hpp"
#include "controller/config/flag_values.hpp"
#include "controller/runtime/log.hpp"
#include "k8s/encoded.hpp"

#include <cstdint>
#include <iterator>
#include <limits>
#include <string>
#include <utility>
#include <vector>

/// The flags that the commands which run (run, extender) have in common, for options whose members have the same names.
/// Private to the files of flags; the options outlive the parse.
namespace berth::controller {

inline constexpr std::int64_t highest_verbosity = 10;

/// Appends flags, all under one heading.
inline void append(std::vector<flag>& to, std::vector<flag> more, const std::string& group = "") {
  for (flag& f : more) {
    if (f.group.empty()) f.group = group;
    to.push_back(std::move(f));
  }
}

template <class Options>
std::vector<flag> api_server_flags(Options& o) {
  return {
      {.name = "kubeconfig",
       .value = "FILE",
       .help = "before clientConnection.kubeconfig, $KUBECONFIG, ~/.kube/config and the service account of the pod",
       .take = any_text(into(o.kubeconfig))},
      {.name = "context",
       .value = "NAME",
       .help = "instead of the kubeconfig's current-context",
       .take = any_text(into(o.context))},
      {.name = "master",
       .value = "URL",
       .help = "overrides the server of the kubeconfig",
       .take = server_address(into(o.master))},
      {.name = "kube-api-qps",
       .value = "N",
       .help = "requests per second; not given, or 0: no limit",
       .take = no_negative_number(into(o.qps))},
      {.name = "kube-api-burst",
       .value = "N",
       .help = "requests at once under --kube-api-qps",
       .take = whole_number(0, std::numeric_limits<std::int32_t>::max(),
                            [&o](std::int64_t n) { o.burst = static_cast<std::int32_t>(n); })},
      {.name = "kube-api-content-type",
       .value = "TYPE",
       .help = "what lists and watches are asked for in: application/vnd.kubernetes.protobuf or application/json",
       .take =
           one_of({std::string(k8s::protobuf_content_type), std::string(k8s::json_content_type)}, into(o.content_type)),
       .fallback = std::string(k8s::protobuf_content_type)},
  };
}

/// `served` says what --metrics-bind-address does, `levels` what -v shows.
template <class Options>
std::vector<flag> watching_flags(Options& o, const std::string& served, const std::string& levels) {
  return {
      {.name = "metrics-bind-address",
       .value = "[HOST]:PORT",
       .help = served,
       .take = listen_address(true, into(o.metrics_bind_address)),
       .fallback = o.metrics_bind_address},
      {.name = "v",
       .letter = 'v',
       .value = "LEVEL",
       .help = levels,
       .take = whole_number(0, highest_verbosity, [&o](std::int64_t n) { o.verbosity = static_cast<int>(n); }),
       .fallback = std::to_string(o.verbosity)},
      {.name = "logging-format",
       .value = "FORMAT",
       .help = "of the log: text (klog's) or json",
       .take =
           one_of({"text", "json"},
                  [&o](const std::string& name) { o.format = name == "json" ? log_format::json : log_format::text; }),
       .fallback = "text"},
  };
}

}  // namespace berth::controller
