#pragma once

#include "controller/runtime/instant.hpp"
#include "scoring/engine/observer.hpp"

namespace berth::controller {

/// One extension point in one call into a profile: how it ended, and how long it took.
struct stage_time {
  scoring::stage stage;
  scoring::code how;
  instant at;
  duration took;
};

}  // namespace berth::controller
