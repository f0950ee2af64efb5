#include "controller/command_flags.hpp"

#include <CLI/CLI.hpp>

namespace berth::controller {

void add_extender_flags(CLI::App& to, extender_options& o) {
  to.add_option("--config", o.config,
                "KubeSchedulerConfiguration whose plugins are served; without it the default plugins")
      ->type_name("FILE");
  to.add_option("--listen", o.listen, "where a scheduler finds /filter, /prioritize, /preempt and /bind")
      ->type_name("[HOST]:PORT")
      ->capture_default_str();
  to.add_option("--max-body-size", o.max_body_mebibytes, "of one request; a larger one is answered 413")
      ->type_name("MIB")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();

  const std::string tls = "TLS";
  to.add_option("--tls-cert-file", o.tls.certificate, "PEM: ours, followed by its intermediates; not given: plain HTTP")
      ->type_name("FILE")
      ->group(tls);
  to.add_option("--tls-private-key-file", o.tls.key, "PEM")->type_name("FILE")->group(tls);
  to.add_option("--client-ca-file", o.tls.client_authority, "PEM: who must have issued the scheduler's certificate")
      ->type_name("FILE")
      ->group(tls);

  const std::string api = "API server";
  to.add_option("--kubeconfig", o.kubeconfig,
                "before clientConnection.kubeconfig, $KUBECONFIG, ~/.kube/config and the service account of the pod")
      ->type_name("FILE")
      ->group(api);
  to.add_option("--context", o.context, "instead of the kubeconfig's current-context")->type_name("NAME")->group(api);
  to.add_option("--master", o.master, "overrides the server of the kubeconfig")->type_name("URL")->group(api);
  to.add_option("--kube-api-qps", o.qps, "requests per second; not given: no limit")->type_name("N")->group(api);
  to.add_option("--kube-api-burst", o.burst, "requests at once under --kube-api-qps")->type_name("N")->group(api);

  const std::string watching = "Watching it";
  to.add_option("--metrics-bind-address", o.metrics_bind_address,
                "serves /livez, /readyz, /healthz and /metrics in plain HTTP beside --listen; \"\" or 0 for not at all")
      ->type_name("[HOST]:PORT")
      ->capture_default_str()
      ->group(watching);
  to.add_option("-v,--v", o.verbosity, "what is logged: 2 bindings and errors, 3 each request, up to 5")
      ->type_name("LEVEL")
      ->capture_default_str()
      ->group(watching);
  to.add_option("--logging-format", o.format, "text (klog's) or json")
      ->transform(CLI::CheckedTransformer(
                      std::map<std::string, log_format>{{"text", log_format::text}, {"json", log_format::json}})
                      .description(""))
      ->type_name("FORMAT")
      ->group(watching);
}

}  // namespace berth::controller
