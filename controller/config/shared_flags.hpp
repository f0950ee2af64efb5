#pragma once

#include "controller/runtime/log.hpp"

#include <CLI/CLI.hpp>

#include <map>
#include <string>

/// The flags that the commands which run (run, extender) have in common, for options whose members have the same names.
/// Private to the files of flags; the options outlive the parse.
namespace berth::controller {

template <class Options>
void add_api_server_flags(CLI::App& to, Options& o) {
  const std::string api = "API server";
  to.add_option("--kubeconfig", o.kubeconfig,
                "before clientConnection.kubeconfig, $KUBECONFIG, ~/.kube/config and the service account of the pod")
      ->type_name("FILE")
      ->group(api);
  to.add_option("--context", o.context, "instead of the kubeconfig's current-context")->type_name("NAME")->group(api);
  to.add_option("--master", o.master, "overrides the server of the kubeconfig")->type_name("URL")->group(api);
  to.add_option("--kube-api-qps", o.qps, "requests per second; not given: no limit")->type_name("N")->group(api);
  to.add_option("--kube-api-burst", o.burst, "requests at once under --kube-api-qps")->type_name("N")->group(api);
}

/// `served` says what --metrics-bind-address does, `levels` what -v shows.
template <class Options>
void add_watching_flags(CLI::App& to, Options& o, const std::string& served, const std::string& levels) {
  const std::string watching = "Watching it";
  to.add_option("--metrics-bind-address", o.metrics_bind_address, served)
      ->type_name("[HOST]:PORT")
      ->capture_default_str()
      ->group(watching);
  to.add_option("-v,--v", o.verbosity, levels)->type_name("LEVEL")->capture_default_str()->group(watching);
  to.add_option("--logging-format", o.format, "text (klog's) or json")
      ->transform(CLI::CheckedTransformer(
                      std::map<std::string, log_format>{{"text", log_format::text}, {"json", log_format::json}})
                      .description(""))
      ->type_name("FORMAT")
      ->group(watching);
}

}  // namespace berth::controller
