#pragma once

#include "controller/explain.hpp"
#include "controller/extender_options.hpp"
#include "controller/log.hpp"
#include "controller/trace.hpp"

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

/// The command line. kube-scheduler's flags are accepted under their names where they mean something here; any other is
/// refused by name, with what to do instead. Flags override the configuration file. Upstream:
/// cmd/kube-scheduler/app/options.
namespace berth::controller {

/// `berth run`, and plain `berth`, as kube-scheduler is called. Absent means not given.
struct run_options {
  std::string program = "berth";  ///< what errors begin with
  std::string config;
  std::string scheduler_name = "berth";
  std::string kubeconfig;
  std::string context;
  std::string master;
  std::string metrics_bind_address = ":10251";
  int verbosity = 2;
  log_format format = log_format::text;
  std::optional<double> qps;
  std::optional<int> burst;
  std::chrono::nanoseconds max_unschedulable = std::chrono::minutes(5);
  std::size_t bindings_in_flight = 32;
  std::optional<std::uint64_t> seed;
  bool reserve_on_recreate = false;

  std::optional<bool> leader_elect;
  std::optional<std::chrono::nanoseconds> lease_duration;
  std::optional<std::chrono::nanoseconds> renew_deadline;
  std::optional<std::chrono::nanoseconds> retry_period;
  std::optional<std::string> lease_name;
  std::optional<std::string> lease_namespace;
};

/// Text to print, and the exit code: help, version.
struct print_and_exit {
  std::string text;
};

using command = std::variant<run_options, explain_options, extender_options, trace_options, print_and_exit>;

/// What is wrong with the command line, in one line. The exit code is explain's own (2) where explain or simulate was
/// asked for.
class usage_error : public std::runtime_error {
 public:
  usage_error(const std::string& what, int code) : std::runtime_error(what), exit_code(code) {}
  int exit_code;
};

/// `arguments` are without the program's name; `program` is what help and version call it. Throws usage_error.
command parse_command_line(std::vector<std::string> arguments, const std::string& program = "berth");

}  // namespace berth::controller
