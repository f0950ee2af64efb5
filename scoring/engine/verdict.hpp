#pragma once

#include "scoring/cluster.hpp"
#include "scoring/diagnosis.hpp"
#include "scoring/engine/lineup.hpp"
#include "scoring/engine/pre_filter.hpp"
#include "scoring/plugin.hpp"

#include <string>

/// How a diagnosis comes about: what the engine, `explain` and a webhook's answers share.
namespace berth::scoring {

/// PreFilter refused the pod on every node.
void enter_rejection(diagnosis& why, const pre_filter_outcome& outcome, const cluster& nodes);

/// Plugins that named nodes in PreFilter are to blame for the others. `why.refused_by` has a row for each node.
void enter_excluded(diagnosis& why, const pre_filter_outcome& outcome, const cluster& nodes);

/// Filter from nothing, over some of the nodes.
struct filter_verdict {
  std::string error;  ///< a plugin broke: the whole message; else "". What was said before that is in the rest
  node_set feasible;
  diagnosis why;  ///< why not the others; a node that was not asked about may have an entry too
};
/// After PreFilter, which did not break.
filter_verdict filter_after(const pre_filter_outcome& first, const lineup& plugins, const pod_info& pod,
                            const cluster& nodes, const node_set& asked, cycle_state& cycle);
/// With PreFilter.
filter_verdict filter_nodes(const lineup& plugins, const pod_info& pod, const cluster& nodes, const node_set& asked,
                            cycle_state& cycle);

/// Enters what the last of the PostFilter plugins said, a success or a failure.
void enter_last_word(diagnosis& why, post_filter_result said);

/// Runs PostFilter and enters what came of it. `first` is what PreFilter said, and the cycle as it left it. Upstream:
/// RunPostFilterPlugins.
void run_post_filter(const lineup& plugins, const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                     const pre_filter_outcome& first, diagnosis& why);

}  // namespace berth::scoring
