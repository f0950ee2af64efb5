#pragma once

#include "controller/runtime/instant.hpp"

#include <algorithm>
#include <cstdint>

/// How long a pod of the queue waits before it is tried again. Private to controller/queue/.
namespace berth::controller {

/// Backoffs end in whole seconds, so that pods of one second are tried in QueueSort's order. Upstream:
/// backoffQOrderingWindowDuration.
constexpr duration backoff_window = seconds(1);

inline instant window_of(instant t) { return instant(t.time_since_epoch() / backoff_window * backoff_window); }

/// After so many refusals or errors in a row: doubling, up to `most`; 0 disables backoff.
inline duration backoff_of(std::uint32_t count, duration initial, duration most) {
  if (count == 0 || most == duration::zero()) return duration::zero();
  duration d = initial;
  for (std::uint32_t i = 1; i < count && d < most; ++i) d *= 2;
  return std::min(d, most);
}

}  // namespace berth::controller
