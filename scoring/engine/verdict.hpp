#pragma once

#include "scoring/cluster.hpp"
#include "scoring/diagnosis.hpp"
#include "scoring/engine/lineup.hpp"
#include "scoring/engine/pre_filter.hpp"

/// How a diagnosis comes about: what the engine and `explain` share.
namespace berth::scoring {

/// PreFilter refused the pod on every node.
void enter_rejection(diagnosis& why, const pre_filter_outcome& outcome, const cluster& nodes);

/// Plugins that named nodes in PreFilter are to blame for the others. `why.refused_by` has a row for each node.
void enter_excluded(diagnosis& why, const pre_filter_outcome& outcome, const cluster& nodes);

/// Runs PostFilter and enters what came of it. Upstream: RunPostFilterPlugins.
void run_post_filter(const lineup& plugins, const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                     diagnosis& why);

}  // namespace berth::scoring
