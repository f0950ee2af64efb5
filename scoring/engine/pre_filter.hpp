#pragma once

#include "scoring/cluster.hpp"
#include "scoring/diagnosis.hpp"
#include "scoring/engine/lineup.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The PreFilter point: which nodes are left to look at, and which plugins have a Filter for this pod.
///
/// Upstream: framework/runtime, RunPreFilterPlugins, and what findNodesThatFitPod makes of its answer.
namespace berth::scoring {

struct pre_filter_outcome {
  std::string error;                ///< a plugin broke: the whole message; else ""
  std::optional<status> rejection;  ///< no node is left
  bool per_node = false;            ///< the rejection counts as each node's own

  std::optional<node_set> candidates;         ///< where plugins named nodes: those, of the nodes there are
  std::vector<std::string_view> narrowed_by;  ///< the plugins that named nodes, sorted
  std::vector<bool> filters;                  ///< by position in lineup.filter: whether its Filter is to be asked
  std::vector<const plugin*> skipped;         ///< whose PreFilter skipped

  /// What the nominated node said, which was tried before the others.
  struct refusal {
    node_id node;
    status why;
  };
  std::optional<refusal> of_nominated;

  /// What a node outside `candidates` says.
  status not_a_candidate() const;
  /// The nominated node refuses the pod. Where plugins named nodes, the plugin that refused counts with them, and the
  /// node keeps its refusal, whether it was named or not: upstream has one set and one map for both.
  void nominated_refuses(const lineup& plugins, node_id node, const status& why);
};

pre_filter_outcome run_pre_filter(const lineup& plugins, const pod_info& pod, const cluster& nodes, cycle_state& cycle);

}  // namespace berth::scoring
