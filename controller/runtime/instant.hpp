#pragma once

#include <chrono>

/// Points and lengths of time, for what is told the time and never waits.
///
/// Two times, never mixed: an `instant` measures (queues, backoff, deadlines) and does not jump; a `wall_time` is
/// written into objects and logs. The clocks themselves are in clock.hpp.
namespace berth::controller {

using instant = std::chrono::steady_clock::time_point;
using duration = std::chrono::steady_clock::duration;
using wall_time = std::chrono::sys_time<std::chrono::microseconds>;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

inline constexpr instant never = instant::max();

/// Seconds as metrics want them.
inline double seconds_of(duration d) { return std::chrono::duration<double>(d).count(); }

}  // namespace berth::controller
