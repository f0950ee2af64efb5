#pragma once

#include <chrono>
#include <string>

namespace berth::controller {

/// Go's text of a duration: "15m0s", "1.5s", "10ms", "0s". In logs and in messages taken over from kube-scheduler.
std::string go_duration(std::chrono::nanoseconds d);

}  // namespace berth::controller
