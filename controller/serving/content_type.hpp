#pragma once

namespace berth::controller {

/// Of pages of metrics: Prometheus' text format.
inline constexpr const char* prometheus_text = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace berth::controller
