#pragma once

#include "scoring/lineup.hpp"
#include "scoring/pre_filter.hpp"
#include "scoring/profile.hpp"

#include <optional>
#include <vector>

/// What a profile is made of; included by its own .cpp files only.
namespace berth::scoring {

struct profile::parts {
  parts(const profile_config& config, const registry& known);

  lineup plugins;
  std::vector<std::vector<event_interest>> cured_by;  ///< by position in plugins.plugins
};

/// PreFilter refused the pod on every node.
void enter_rejection(diagnosis& why, const pre_filter_outcome& outcome, const cluster& nodes);

/// Runs PostFilter and enters what came of it. Upstream: RunPostFilterPlugins.
void run_post_filter(const lineup& plugins, const pod_info& pod, cluster& nodes, cycle_state& cycle, diagnosis& why);

}  // namespace berth::scoring
