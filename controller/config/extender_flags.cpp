#include "controller/config/command_flags.hpp"
#include "controller/config/shared_flags.hpp"

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

  add_api_server_flags(to, o);

  add_watching_flags(
      to, o, "serves /livez, /readyz, /healthz and /metrics in plain HTTP beside --listen; \"\" or 0 for not at all",
      "what is logged: 2 bindings and errors, 3 each request, up to 5");
}

}  // namespace berth::controller
