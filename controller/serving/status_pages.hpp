#pragma once

#include "controller/serving/http_message.hpp"
#include "k8s/text/value.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What a process tells of itself, in the form of kube-scheduler's pages: /configz, /flagz and /statusz. Pure.
/// Upstream: component-base/configz, apiserver/pkg/server/{flagz,statusz}.
namespace berth::controller {

/// The configuration that is in force, as JSON under the name that kube-scheduler gives it.
http_answer configz(const k8s::value& configuration);

/// Each flag and its value, given or not, in the order of their names.
http_answer flagz(std::string_view component, std::vector<std::pair<std::string, std::string>> flags);

struct process_status {
  std::int64_t started = 0;  ///< seconds since the epoch
  std::int64_t up = 0;       ///< seconds
  std::string version;
  std::string kubernetes;  ///< whose behaviour it has: "1.37"
};
http_answer statusz(std::string_view component, const process_status& status, const std::vector<std::string>& paths);

}  // namespace berth::controller
