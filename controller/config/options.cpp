#include "controller/config/options.hpp"

#include "controller/config/command_flags.hpp"
#include "controller/config/flag_help.hpp"
#include "controller/config/flag_parser.hpp"
#include "controller/config/flag_values.hpp"
#include "controller/runtime/version.hpp"
#include "k8s/text/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string_view>
#include <utility>

namespace berth::controller {

namespace {

constexpr int misused = 2;              // exit code: 1 is for what commands find out
constexpr std::size_t max_line = 4096;  // of what is said of a command line

constexpr const char* examples =
    "  PROGRAM --config berth.yaml                  schedule, as kube-scheduler is called\n"
    "  PROGRAM run --scheduler-name berth           schedule pods whose spec.schedulerName is \"berth\"\n"
    "  kubectl get nodes,pods,ns -A -o json | PROGRAM explain -\n"
    "                                               why is each pending pod pending?\n"
    "  PROGRAM trace pod default/web                what became of this pod in the running scheduler?\n";

/// Each flag of a command with its value as it was typed, else with its default as help says it.
std::vector<std::pair<std::string, std::string>> values_of(const command_flags& command,
                                                           const std::vector<argument>& typed) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const flag& f : command.flags) {
    std::string value = f.fallback.empty() && f.is_switch() ? "false" : f.fallback;
    for (const argument& a : typed)
      if (a.flag == f.name || (a.flag.size() == 1 && a.flag[0] == f.letter)) value = a.value.value_or("true");
    if (f.name != "help" && f.name != "version" && f.refused.empty()) out.emplace_back(f.name, std::move(value));
  }
  return out;
}

/// What people type for a command: other letters ("EXPLAIN"), its beginning ("sim"), what it is elsewhere.
std::string meant_command(std::string name, const std::vector<std::string>& names) {
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  constexpr std::pair<std::string_view, const char*> elsewhere[] = {
      {"schedule", "run"},     {"start", "run"},   {"serve", "run"},        {"server", "run"},
      {"webhook", "extender"}, {"why", "explain"}, {"describe", "explain"}, {"logs", "trace"}};
  for (const auto& [word, command] : elsewhere)
    if (name == word) return command;
  for (const std::string& n : names)
    if (name.size() >= 2 && n.starts_with(name)) return n;
  return nearest(name, names);
}

class command_line {
 public:
  explicit command_line(const std::string& program) : program_(program) {
    simulate_.simulate = true;
    run_.program = trace_.program = explain_.program = simulate_.program = extender_.program = program;
    commands_ = {run_flags(run_), extender_flags(extender_), explain_flags(explain_), explain_flags(simulate_),
                 trace_flags(trace_)};
    commands_.push_back({.name = "version",
                         .summary = "print version, commit and build",
                         .description = "Prints the version, the commit that it was built of, and how.",
                         .examples = ""});
    commands_.push_back({.name = "help",
                         .summary = "tell more of a command: `PROGRAM help run`",
                         .description = "Prints what a command does and the flags that it takes.",
                         .examples = "  PROGRAM help\n  PROGRAM help explain\n",
                         .words_usage = "[COMMAND]",
                         .words = &topics_});
    for (command_flags& c : commands_)
      c.flags.push_back({.name = "help", .letter = 'h', .value = "", .help = "", .take = truth(into(want_help_))});
    commands_.front().flags.push_back(
        {.name = "version", .value = "", .help = "print the version and exit", .take = truth(into(want_version_))});
  }

  command parse(const std::vector<std::string>& typed) {
    std::vector<argument> arguments = split_arguments(typed, commands_);
    // Whoever asks for help gets it, whatever else is on the line.
    const bool wants_help = std::any_of(arguments.begin(), arguments.end(), [this](const argument& a) {
      want_help_ = false;
      return (a.flag == "help" || a.flag == "h") && !truth(into(want_help_))(a.value.value_or("true")) && want_help_;
    });
    if (!wants_help)
      if (const auto wrong = find_misread_word(arguments, commands_)) throw usage_error(*wrong, misused);
    const command_flags& asked = take_command(arguments);
    const int exit_code = asked.name == "run" || asked.name == "extender" ? 1 : misused;
    if (wants_help) return print_and_exit{help(asked)};
    if (const auto wrong = take_arguments(arguments, asked, commands_)) throw usage_error(*wrong, exit_code);
    if (want_version_ || asked.name == "version") return print_and_exit{version_text(program_) + "\n"};
    if (asked.name == "help") return print_and_exit{help_on(topics_)};
    if (asked.name == "extender") return extender_;
    if (asked.name == "explain") return with_words(explain_);
    if (asked.name == "simulate") return with_words(simulate_);
    if (asked.name == "trace") return named(trace_);
    run_.flags = values_of(asked, arguments);
    return run_;
  }

 private:
  /// The command that the first word names, which is taken out; run where there is no word.
  const command_flags& take_command(std::vector<argument>& arguments) {
    const auto word =
        std::find_if(arguments.begin(), arguments.end(), [](const argument& a) { return a.flag.empty(); });
    plain_ = word == arguments.end();
    if (plain_) return commands_.front();
    const std::string name = *word->value;
    const command_flags* named = find(name);
    if (named == nullptr) {
      // An unknown flag may be what made its value look like a command.
      if (const auto wrong = find_unknown_flag({arguments.begin(), word}, commands_)) throw usage_error(*wrong, 1);
      throw usage_error(unknown_command(name), misused);
    }
    arguments.erase(word);
    return *named;
  }

  const command_flags* find(const std::string& name) const {
    const auto at = std::find_if(commands_.begin(), commands_.end(), [&](const auto& c) { return c.name == name; });
    return at == commands_.end() ? nullptr : &*at;
  }

  std::string unknown_command(const std::string& name) const {
    std::vector<std::string> names;
    for (const command_flags& c : commands_) names.push_back(c.name);
    const std::string near = meant_command(name, names);
    if (!near.empty()) return fmt::format("unknown command \"{}\"; did you mean \"{}\"?", name, near);
    return fmt::format("unknown command \"{}\"; there are {}", name, fmt::join(names, ", "));
  }

  std::string help(const command_flags& asked) const {
    return plain_ ? help_of_program(commands_, commands_.front(), examples, program_) : help_of(asked, program_);
  }

  std::string help_on(const std::vector<std::string>& topics) const {
    if (topics.empty()) return help_of_program(commands_, commands_.front(), examples, program_);
    if (topics.size() > 1) throw usage_error("help tells of one command at a time", misused);
    const command_flags* topic = find(topics[0]);
    if (topic == nullptr) throw usage_error(unknown_command(topics[0]), misused);
    return help_of(*topic, program_);
  }

  std::string program_;
  run_options run_;
  extender_options extender_;
  explain_options explain_;
  explain_options simulate_;
  trace_options trace_;
  std::vector<std::string> topics_;
  bool want_help_ = false;
  bool want_version_ = false;
  bool plain_ = true;  ///< no command was named
  std::vector<command_flags> commands_;
};

}  // namespace

usage_error::usage_error(const std::string& what, int code)
    : std::runtime_error(k8s::excerpt(what, max_line)), exit_code(code) {}

command parse_command_line(std::vector<std::string> arguments, const std::string& program) {
  return command_line(program).parse(arguments);
}

}  // namespace berth::controller
