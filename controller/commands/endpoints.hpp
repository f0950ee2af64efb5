#pragma once

#include "controller/process/process.hpp"
#include "controller/schedule/scheduler.hpp"
#include "controller/serving/health_metrics.hpp"
#include "controller/serving/http_message.hpp"
#include "k8s/text/value.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What `berth run` answers over HTTP, path by path: health, metrics, pods' journeys, and what it tells of itself. On the
/// strand.
namespace berth::controller {

class endpoints {
 public:
  struct parts {
    controller::process& process;
    controller::scheduler& scheduler;
    std::string lease;                    ///< "": there is no election
    std::function<bool()> lease_overdue;  ///< asked where there is one
    k8s::value configuration;             ///< in force
    std::vector<std::pair<std::string, std::string>> flags;
  };

  /// What `of` refers to outlives this.
  explicit endpoints(parts of);

  http_answer answer(std::string_view target);

 private:
  http_answer metrics();

  parts of_;
  health_metrics checked_;
};

}  // namespace berth::controller
