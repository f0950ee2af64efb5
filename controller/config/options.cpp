#include "controller/config/options.hpp"

#include "controller/config/command_flags.hpp"
#include "controller/config/flag_hints.hpp"
#include "controller/runtime/version.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace berth::controller {

namespace {

const std::vector<std::string> command_names{"run", "extender", "explain", "simulate", "trace", "version", "help"};

constexpr std::string_view examples = R"(Examples:
  berth --config berth.yaml                  schedule, as kube-scheduler is called
  berth run --scheduler-name berth           schedule pods whose spec.schedulerName is "berth"
  kubectl get nodes,pods,ns -A -o json | berth explain --cluster -
                                             why is each pending pod pending?
  berth trace pod default/web                what became of this pod in the running scheduler?
`berth COMMAND --help` tells the flags of a command.)";

/// The examples, with the name that the program goes by.
std::string examples_for(const std::string& program) {
  std::string out(examples);
  for (const std::string_view before : {"\n  ", "| ", "\n`"}) {
    const std::string call = std::string(before) + "berth ";
    for (std::size_t at = out.find(call); at != std::string::npos; at = out.find(call, at + 1))
      out.replace(at + before.size(), call.size() - before.size() - 1, program);
  }
  return out;
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
  const CLI::App* parent = command.get_parent();
  const std::string name = parent == nullptr ? command.get_name() : parent->get_name() + " " + command.get_name();
  return command.get_formatter()->make_help(&command, name, CLI::AppFormatMode::Normal);
}

/// Says what is wrong with a word that no option or command has.
[[noreturn]] void refuse(const std::string& word, const CLI::App& asked, int exit_code) {
  if (!word.starts_with('-')) {
    const std::string near = nearest(word, command_names);
    throw usage_error("unknown command \"" + word + "\"" +
                          (near.empty() ? "; there are run, extender, explain, simulate, trace and version"
                                        : "; did you mean \"" + near + "\"?"),
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

command parse_command_line(std::vector<std::string> arguments, const std::string& program) {
  go_style(arguments);
  run_options run;
  explain_options explain;
  explain_options simulate;
  simulate.simulate = true;
  extender_options extender;
  trace_options trace;
  run.program = trace.program = explain.program = simulate.program = extender.program = program;
  bool want_version = false;

  CLI::App root(
      program + ": a Kubernetes scheduler. Binds the pods that name it in spec.schedulerName, beside kube-scheduler.",
      program);
  root.footer(examples_for(program));
  root.require_subcommand(0, 1);
  root.allow_extras();
  root.add_flag("--version", want_version, "print the version and exit");
  add_run_flags(root, run);
  CLI::App* run_command = root.add_subcommand("run", "schedule pods (also without a command)");
  add_run_flags(*run_command, run);
  CLI::App* extender_command =
      root.add_subcommand("extender", "serve the same plugins to a kube-scheduler as an extender webhook");
  add_extender_flags(*extender_command, extender);
  CLI::App* explain_command = root.add_subcommand(
      "explain", "offline: what would be decided, and why, for every pending pod of a dumped cluster");
  add_explain_flags(*explain_command, explain);
  CLI::App* simulate_command =
      root.add_subcommand("simulate", "the same, one pod after another, each placed before the next");
  add_explain_flags(*simulate_command, simulate);
  CLI::App* trace_command = root.add_subcommand(
      "trace", "the journey of one pod through a running scheduler: `berth trace pod NAMESPACE/NAME`");
  add_trace_flags(*trace_command, trace);
  CLI::App* version_command = root.add_subcommand("version", "print version, commit and build");
  CLI::App* help_command = root.add_subcommand("help", "print this");
  for (CLI::App* c :
       {run_command, extender_command, explain_command, simulate_command, trace_command, version_command, help_command})
    c->allow_extras();

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

  if (want_version || version_command->parsed()) return print_and_exit{version_text(program) + "\n"};
  if (help_command->parsed()) return print_and_exit{help_of(root)};
  if (extender_command->parsed()) return extender;
  if (explain_command->parsed()) return with_words(std::move(explain));
  if (simulate_command->parsed()) return with_words(std::move(simulate));
  if (trace_command->parsed()) return named(std::move(trace));
  return run;
}

}  // namespace berth::controller
