#include "controller/options.hpp"

#include "controller/flag_hints.hpp"
#include "controller/version.hpp"
#include "scoring/arguments.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace berth::controller {

namespace {

using std::chrono::nanoseconds;

const std::vector<std::string> command_names{"run", "explain", "simulate", "version", "help"};

constexpr const char* footer = R"(Examples:
  berth --config berth.yaml                  schedule, as kube-scheduler is called
  berth run --scheduler-name berth           schedule pods whose spec.schedulerName is "berth"
  kubectl get nodes,pods,ns -A -o json | berth explain --cluster -
                                             why is each pending pod pending?
`berth COMMAND --help` tells the flags of a command.)";

/// A flag that takes a Go duration.
CLI::Option* add_duration(CLI::App& to, const std::string& name, std::function<void(nanoseconds)> take,
                          const std::string& help) {
  return to
      .add_option_function<std::string>(
          name,
          [name, take](const std::string& text) {
            const auto parsed = scoring::parse_duration(text);
            if (!parsed || parsed->count() <= 0)
              throw CLI::ValidationError(name, "\"" + text + "\" is not a duration like 15s, 1m30s or 500ms");
            take(*parsed);
          },
          help)
      ->type_name("DURATION");
}

void add_run_flags(CLI::App& to, run_options& o) {
  to.add_option("--config", o.config, "KubeSchedulerConfiguration, kubescheduler.config.k8s.io/v1")->type_name("FILE");
  to.add_option("--scheduler-name", o.scheduler_name, "without --config: the schedulerName of the only profile")
      ->type_name("NAME")
      ->capture_default_str();

  const std::string api = "API server";
  to.add_option("--kubeconfig", o.kubeconfig,
                "before clientConnection.kubeconfig, $KUBECONFIG, ~/.kube/config and the service account of the pod")
      ->type_name("FILE")
      ->group(api);
  to.add_option("--context", o.context, "instead of the kubeconfig's current-context")->type_name("NAME")->group(api);
  to.add_option("--master", o.master, "overrides the server of the kubeconfig")->type_name("URL")->group(api);
  to.add_option("--kube-api-qps", o.qps, "requests per second; not given: no limit")->type_name("N")->group(api);
  to.add_option("--kube-api-burst", o.burst, "requests at once under --kube-api-qps")->type_name("N")->group(api);

  const std::string lease = "Leader election (overrides the file's leaderElection)";
  // Not add_flag with the optional itself: CLI11 would set it to false at once.
  to.add_flag_function(
        "--leader-elect,!--no-leader-elect", [&o](std::int64_t count) { o.leader_elect = count > 0; },
        "take part; without --config the default is not to")
      ->group(lease);
  add_duration(
      to, "--leader-elect-lease-duration", [&o](nanoseconds d) { o.lease_duration = d; }, "default 15s")
      ->group(lease);
  add_duration(
      to, "--leader-elect-renew-deadline", [&o](nanoseconds d) { o.renew_deadline = d; }, "default 10s")
      ->group(lease);
  add_duration(
      to, "--leader-elect-retry-period", [&o](nanoseconds d) { o.retry_period = d; }, "default 2s")
      ->group(lease);
  to.add_option("--leader-elect-resource-name", o.lease_name, "of the Lease, default \"berth\"")
      ->type_name("NAME")
      ->group(lease);
  to.add_option("--leader-elect-resource-namespace", o.lease_namespace, "default \"kube-system\"")
      ->type_name("NAME")
      ->group(lease);
  to.add_option_function<std::string>(
        "--leader-elect-resource-lock",
        [](const std::string& kind) {
          if (kind != "leases")
            throw CLI::ValidationError("--leader-elect-resource-lock", "\"" + kind + "\": only leases are supported");
        },
        "\"leases\"")
      ->type_name("KIND")
      ->group(lease);

  const std::string scheduling = "Scheduling";
  add_duration(
      to, "--pod-max-in-unschedulable-pods-duration", [&o](nanoseconds d) { o.max_unschedulable = d; },
      "a refused pod that no event wakes is tried again after this long, default 5m0s")
      ->group(scheduling);
  to.add_option("--bindings-in-flight", o.bindings_in_flight, "how many pods are bound at once")
      ->type_name("N")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str()
      ->group(scheduling);
  to.add_option("--seed", o.seed, "of the choice among equally good nodes; not given: another one each time")
      ->type_name("N")
      ->group(scheduling);

  const std::string watching = "Watching it";
  to.add_option("--metrics-bind-address", o.metrics_bind_address,
                "serves /livez, /readyz, /healthz and /metrics in plain HTTP; \"\" or 0 for not at all")
      ->type_name("[HOST]:PORT")
      ->capture_default_str()
      ->group(watching);
  to.add_option("-v,--v", o.verbosity, "what is logged: 2 each pod's outcome, 3 each attempt, up to 5")
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

/// Go's way of writing flags: `-v=3` and `-o=json`, which CLI11 would read as "=3", and one dash for two.
void go_style(std::vector<std::string>& arguments) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  for (std::string& a : arguments) {
    if (a.size() < 3 || a[0] != '-' || !letter(a[1])) continue;
    if (a[2] == '=')
      a.erase(2, 1);
    else if (letter(a[2]) && a[1] != 'o' && a[1] != 'v')
      a.insert(0, "-");
  }
}

/// Of this command, even where another one was asked for: App::help would give that one's.
std::string help_of(const CLI::App& command) {
  const std::string name = command.get_parent() == nullptr ? "berth" : "berth " + command.get_name();
  return command.get_formatter()->make_help(&command, name, CLI::AppFormatMode::Normal);
}

/// Says what is wrong with a word that no option or command has.
[[noreturn]] void refuse(const std::string& word, const CLI::App& asked, int exit_code) {
  if (!word.starts_with('-')) {
    const std::string near = nearest(word, command_names);
    throw usage_error(
        "unknown command \"" + word + "\"" +
            (near.empty() ? "; there are run, explain, simulate and version" : "; did you mean \"" + near + "\"?"),
        exit_code);
  }
  const std::string flag = word.substr(0, word.find('='));
  const std::string name = flag.substr(std::min(flag.find_first_not_of('-'), flag.size()));
  if (const auto hint = why_refused(name))
    throw usage_error("flag --" + name + " is not supported: " + *hint, exit_code);
  std::vector<std::string> known;
  for (const CLI::Option* o : asked.get_options())
    for (const std::string& l : o->get_lnames()) known.push_back("--" + l);
  const std::string near = nearest(flag, known);
  throw usage_error("unknown flag " + flag + (near.empty() ? "; see --help" : "; did you mean " + near + "?"),
                    exit_code);
}

}  // namespace

command parse_command_line(std::vector<std::string> arguments) {
  go_style(arguments);
  run_options run;
  explain_options explain;
  explain_options simulate;
  simulate.simulate = true;
  bool want_version = false;

  CLI::App root(
      "berth: a Kubernetes scheduler. Binds the pods that name it in spec.schedulerName; a drop-in for kube-scheduler.",
      "berth");
  root.footer(footer);
  root.require_subcommand(0, 1);
  root.allow_extras();
  root.add_flag("--version", want_version, "print the version and exit");
  add_run_flags(root, run);
  CLI::App* run_command = root.add_subcommand("run", "schedule pods (also without a command)");
  add_run_flags(*run_command, run);
  CLI::App* explain_command = root.add_subcommand(
      "explain", "offline: what would be decided, and why, for every pending pod of a dumped cluster");
  add_explain_flags(*explain_command, explain);
  CLI::App* simulate_command =
      root.add_subcommand("simulate", "the same, one pod after another, each placed before the next");
  add_explain_flags(*simulate_command, simulate);
  CLI::App* version_command = root.add_subcommand("version", "print version, commit and build");
  CLI::App* help_command = root.add_subcommand("help", "print this");
  for (CLI::App* c : {run_command, explain_command, simulate_command, version_command, help_command}) c->allow_extras();

  // CLI11 wants them last first.
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  const CLI::App* asked = &root;
  const auto code = [&] { return explain_command->parsed() || simulate_command->parsed() ? 2 : 1; };
  try {
    root.parse(reversed);
    for (const CLI::App* c : root.get_subcommands()) asked = c;
    for (const std::string& word : root.remaining(true))
      if (word != "--") refuse(word, *asked, code());
  } catch (const CLI::CallForHelp&) {
    for (const CLI::App* c : root.get_subcommands()) asked = c;
    return print_and_exit{help_of(*asked)};
  } catch (const CLI::ParseError& e) {
    // An unknown word may be what made another one seem to be missing or in excess.
    for (const CLI::App* c : root.get_subcommands()) asked = c;
    for (const std::string& word : root.remaining(true)) refuse(word, *asked, code());
    throw usage_error(e.what(), code());
  }

  if (want_version || version_command->parsed()) return print_and_exit{version_text() + "\n"};
  if (help_command->parsed()) return print_and_exit{help_of(root)};
  if (explain_command->parsed()) return explain;
  if (simulate_command->parsed()) return simulate;
  return run;
}

}  // namespace berth::controller
