#pragma once

#include "controller/config/explain_options.hpp"
#include "controller/config/extender_options.hpp"
#include "controller/config/run_options.hpp"
#include "controller/config/trace_options.hpp"

#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

/// The command line. kube-scheduler's flags are accepted under their names where they mean something here; any other is
/// refused by name, with what to do instead. Flags override the configuration file. Upstream:
/// cmd/kube-scheduler/app/options.
namespace berth::controller {

/// Text to print, and the exit code: help, version.
struct print_and_exit {
  std::string text;
};

using command = std::variant<run_options, explain_options, extender_options, trace_options, print_and_exit>;

/// What is wrong with the command line, in one line: controls in what was typed become '?'. The exit code is 2, but for
/// `run` and `extender`, which end as kube-scheduler does, with 1.
class usage_error : public std::runtime_error {
 public:
  usage_error(const std::string& what, int code);
  int exit_code;
};

/// `arguments` are without the program's name; `program` is what help and version call it. Throws usage_error.
command parse_command_line(std::vector<std::string> arguments, const std::string& program = "berth");

}  // namespace berth::controller
