#pragma once

#include "controller/serving/http_server.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// /livez, /readyz and /healthz, in the form of kube-scheduler's: "ok", or which check failed. Why it failed is told to
/// those alone who may ask for the check itself. Pure. Upstream: apiserver/pkg/server/healthz.
namespace berth::controller {

struct health_check {
  std::string name;
  /// "" while all is well, else what is wrong.
  std::function<std::string()> problem;
  bool for_health = false;    ///< /healthz
  bool for_readiness = true;  ///< /readyz
  bool for_liveness = false;  ///< /livez, beside "ping"
};

/// Answers the three paths, and each of their checks by itself ("/readyz/NAME"); nothing for any other path. /livez has
/// the check "ping", which never fails, before all others, and so have the others where they have none of their own.
/// "?verbose" lists the checks, "?exclude=NAME" passes one over. Each check of a whole path is told to `record`, where
/// there is one.
using health_record = std::function<void(std::string_view check, std::string_view path, bool well)>;
std::optional<http_answer> answer_health(std::string_view target, const std::vector<health_check>& checks,
                                         const health_record& record = nullptr);

}  // namespace berth::controller
