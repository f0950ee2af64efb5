#pragma once

#include "controller/serving/http_server.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// /livez, /readyz and /healthz, in the form of kube-scheduler's: "ok", or which check failed. Pure.
namespace berth::controller {

struct health_check {
  std::string name;
  /// "" while all is well, else what is wrong.
  std::function<std::string()> problem;
  bool for_liveness = false;  ///< /livez: a restart may help
  bool for_health = false;    ///< /healthz
  bool for_readiness = true;  ///< /readyz
};

/// Answers the three paths (with "?verbose" all checks are listed); nothing for any other.
std::optional<http_answer> answer_health(std::string_view target, const std::vector<health_check>& checks);

}  // namespace berth::controller
