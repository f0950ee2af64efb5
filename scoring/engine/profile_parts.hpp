#pragma once

#include "scoring/engine/engine.hpp"
#include "scoring/engine/lineup.hpp"
#include "scoring/engine/profile.hpp"

#include <vector>

/// What a profile is made of; included by its own .cpp files only.
namespace berth::scoring {

struct profile::parts {
  parts(const profile_config& config, const registry& known);

  lineup plugins;
  engine deciding;
  std::vector<std::vector<event_interest>> events_to_register;  ///< by position in plugins.plugins
};

}  // namespace berth::scoring
