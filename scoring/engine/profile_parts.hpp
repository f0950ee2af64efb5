#pragma once

#include "scoring/engine/engine.hpp"
#include "scoring/engine/lineup.hpp"
#include "scoring/engine/profile.hpp"

#include <string_view>

/// What a profile is made of; included by its own .cpp files only.
namespace berth::scoring {

struct profile::parts {
  parts(const profile_config& config, const registry& known);

  lineup plugins;
  engine deciding;
  fault_listener* faults = nullptr;

  /// Tells the listener, where there is one and `s` is an error.
  void report(const status& s, std::string_view point, const plugin& of, const pod_info& pod) const;
};

}  // namespace berth::scoring
