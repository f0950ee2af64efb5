#pragma once

#include "scoring/cluster.hpp"
#include "scoring/plugins/spread_constraints.hpp"
#include "scoring/topology/pod_tallies.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

/// What PodTopologySpread counts for a pod: one tally for each of its constraints. Made for each pod spec, and good
/// until the services and workloads of its namespace change. Upstream: preFilterState and preScoreState.
namespace berth::scoring {

/// Constraints that forbid placements (DoNotSchedule).
struct hard_spread {
  struct constraint {
    k8s::topology_spread_constraint rule;
    bool self_matches = false;
    std::shared_ptr<const tally> placed;
  };
  std::vector<constraint> constraints;
  std::string fault;

  hard_spread(const pod_info& pod, const cluster& nodes, const spread_defaults& defaults);
};

/// Constraints that are wishes (ScheduleAnyway).
struct soft_spread {
  struct constraint {
    k8s::topology_spread_constraint rule;
    bool by_host = false;  ///< kubernetes.io/hostname: counted on each node, whatever that label says
    std::shared_ptr<const tally> placed;
    std::shared_ptr<const topology> labelled;  ///< by the label of that key
  };
  std::vector<constraint> constraints;
  bool all_keys = true;  ///< a node without one of the labels is left out of scoring
  std::string fault;

  soft_spread(const pod_info& pod, const cluster& nodes, const spread_defaults& defaults);
  /// The nodes that are left out of scoring.
  node_set ignored(const cluster& nodes) const;
};

}  // namespace berth::scoring
