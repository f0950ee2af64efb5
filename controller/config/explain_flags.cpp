#include "controller/config/command_flags.hpp"

#include <CLI/CLI.hpp>

namespace berth::controller {

void add_explain_flags(CLI::App& to, explain_options& o) {
  to.add_option("--cluster", o.cluster_file,
                "what `kubectl get nodes,pods,ns -A -o json` (or yaml) prints; - for standard input")
      ->type_name("FILE")
      ->required();
  to.add_option("--config", o.config_file,
                "a KubeSchedulerConfiguration; without it every pending pod is judged by the default plugins")
      ->type_name("FILE");
  to.add_option("-o,--output", o.output, "text or json")
      ->check(CLI::IsMember({"text", "json"}).description(""))
      ->type_name("FORMAT")
      ->capture_default_str();
}

}  // namespace berth::controller
