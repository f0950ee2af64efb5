#include "controller/config/flag_help.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace berth::controller {

namespace {

constexpr std::size_t width = 100;
constexpr std::size_t help_column = 36;

/// Words in lines of at most `width`, those after the first indented.
std::string wrap(std::string_view text, std::size_t indent) {
  std::string out;
  std::size_t column = indent;
  bool first = true;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    if (!first && column + 1 + word.size() > width) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (!first) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
    first = false;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string line_of(const flag& f) {
  std::string names = f.letter == '\0' ? "      " : fmt::format("  -{}, ", f.letter);
  names += "--" + f.name + (f.is_switch() ? "" : " " + f.value);
  std::string help = f.help;
  if (f.required)
    help += " (required)";
  else if (!f.fallback.empty())
    help += fmt::format(" (default {})", f.fallback);
  const std::string gap = names.size() + 2 > help_column ? "\n" + std::string(help_column, ' ')
                                                         : std::string(help_column - names.size(), ' ');
  return names + gap + wrap(help, help_column) + "\n";
}

std::string flags_of(const command_flags& command) {
  std::vector<std::string> groups{""};
  for (const flag& f : command.flags)
    if (std::find(groups.begin(), groups.end(), f.group) == groups.end()) groups.push_back(f.group);
  std::string out;
  for (const std::string& group : groups) {
    out += fmt::format("\n{}:\n", group.empty() ? "Flags" : group);
    for (const flag& f : command.flags)
      if (f.group == group && !f.help.empty()) out += line_of(f);
    if (group.empty()) out += fmt::format("{:{}}{}\n", "  -h, --help", help_column, "print this and exit");
  }
  return out;
}

std::string for_program(std::string text, const std::string& program) {
  constexpr std::string_view placeholder = "PROGRAM";
  for (std::size_t at = text.find(placeholder); at != std::string::npos; at = text.find(placeholder, at))
    text.replace(at, placeholder.size(), program), at += program.size();
  return text;
}

}  // namespace

std::string help_of(const command_flags& command, const std::string& program) {
  const std::string words = command.words_usage.empty() ? "" : " " + command.words_usage;
  return fmt::format("Usage: {} {}{} [flags]\n\n{}\n", program, command.name, words,
                     wrap(for_program(command.description, program), 0)) +
         (command.examples.empty() ? "" : "\nExamples:\n" + for_program(command.examples, program)) + flags_of(command);
}

std::string help_of_program(const std::vector<command_flags>& commands, const command_flags& plain,
                            const std::string& examples, const std::string& program) {
  std::string out = fmt::format(
      "{}: a Kubernetes scheduler. Binds the pods that name it in spec.schedulerName, as kube-scheduler\n"
      "would, and tells why a pod is pending.\n\nUsage: {} [COMMAND] [flags]\n\nCommands:\n",
      program, program);
  for (const command_flags& c : commands) out += fmt::format("  {:<11}{}\n", c.name, wrap(c.summary, 13));
  out += fmt::format("\nWithout a command {} runs, as `{} {}` does. `{} COMMAND --help` tells more.\n\nExamples:\n",
                     program, program, plain.name, program);
  return out + for_program(examples, program) + flags_of(plain);
}

}  // namespace berth::controller
