#pragma once

#include "controller/access/serving_options.hpp"
#include "controller/runtime/log.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace berth::controller {

/// A flag of kube-scheduler's that was given and does nothing here.
struct ignored_flag {
  std::string flag;  ///< "--bind-address=127.0.0.1"
  std::string why;
};

/// `berth run`, and plain `berth`, as kube-scheduler is called. Absent means not given.
struct run_options {
  std::string program = "berth";  ///< what errors begin with
  std::string config;
  std::string scheduler_name = "berth";
  std::string kubeconfig;
  std::string context;
  std::string master;
  std::string write_config_to;       ///< "": the scheduler runs
  std::string metrics_bind_address;  ///< plain HTTP, on loopback; "": not at all
  serving_options serving;
  int verbosity = 2;
  log_format format = log_format::text;
  std::optional<double> qps;
  std::optional<int> burst;
  std::optional<std::string> content_type;
  std::chrono::nanoseconds max_unschedulable = std::chrono::minutes(5);
  std::size_t bindings_in_flight = 32;
  std::optional<std::uint64_t> seed;
  std::chrono::nanoseconds stuck_after = std::chrono::minutes(10);  ///< /livez fails then
  bool reserve_on_recreate = false;
  bool remedies_in_events = false;
  std::vector<std::pair<std::string, std::string>> flags;  ///< all of them, with what they have, as text
  std::vector<ignored_flag> ignored;                       ///< the process warns of each when it starts

  std::optional<bool> leader_elect;
  std::optional<std::chrono::nanoseconds> lease_duration;
  std::optional<std::chrono::nanoseconds> renew_deadline;
  std::optional<std::chrono::nanoseconds> retry_period;
  std::optional<std::string> lease_name;
  std::optional<std::string> lease_namespace;
};

}  // namespace berth::controller
