#include "controller/config/command_flags.hpp"
#include "controller/config/shared_flags.hpp"

namespace berth::controller {

command_flags extender_flags(extender_options& o) {
  command_flags c{
      .name = "extender",
      .summary = "serve the same plugins to a kube-scheduler as an extender webhook",
      .description =
          "Answers the calls of a kube-scheduler whose configuration names it under `extenders`: the plugins "
          "of a configuration of its own filter and score nodes there, and bind if asked to.",
      .examples =
          "  PROGRAM extender                                the default plugins, in plain HTTP, for this host\n"
          "  PROGRAM extender --config plugins.yaml -v 3     with a line for each request\n",
      .also_called = {{"port", "listen"}, {"address", "listen"}, {"addr", "listen"}, {"log-level", "v"}},
  };
  append(
      c.flags,
      {{.name = "config",
        .value = "FILE",
        .help = "KubeSchedulerConfiguration whose plugins are served; without it the default plugins",
        .take = any_text(into(o.config))},
       {.name = "listen",
        .value = "[HOST]:PORT",
        .help = "where a scheduler finds /filter, /prioritize, /preempt and /bind; beyond this host /bind is answered "
                "to clients with certificates alone (--client-ca-file)",
        .take = listen_address(false, into(o.listen)),
        .fallback = o.listen},
       {.name = "anonymous-bind",
        .value = "",
        .help = "answer /bind beyond this host to whoever asks, who may then bind any pod to any node",
        .take = truth(into(o.anonymous_bind))},
       {.name = "max-body-size",
        .value = "MIB",
        .help = "of one request, 1 to 1024; a larger one is answered 413",
        .take = whole_number(1, 1024, [&o](std::int64_t n) { o.max_body_mebibytes = static_cast<std::size_t>(n); }),
        .fallback = std::to_string(o.max_body_mebibytes)}});
  append(c.flags,
         {{.name = "tls-cert-file",
           .value = "FILE",
           .help = "PEM: the server's certificate, followed by its intermediates; not given: plain HTTP",
           .take = any_text(into(o.tls.certificate))},
          {.name = "tls-private-key-file",
           .value = "FILE",
           .help = "PEM: the key of that certificate",
           .take = any_text(into(o.tls.key))},
          {.name = "client-ca-file",
           .value = "FILE",
           .help = "PEM: the authorities that must have issued the scheduler's certificate",
           .take = any_text(into(o.tls.client_authority))}},
         "TLS");
  append(c.flags, api_server_flags(o), "API server");
  append(c.flags,
         watching_flags(
             o, "serves /livez, /readyz, /healthz and /metrics in plain HTTP beside --listen; \"\" or 0 for not at all",
             "what is logged, 0 to 10: 2 bindings and errors, 3 each request"),
         "Watching it");
  return c;
}

}  // namespace berth::controller
