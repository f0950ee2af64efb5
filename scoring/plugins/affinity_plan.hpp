#pragma once

#include "scoring/cluster.hpp"
#include "scoring/plugins/affinity_terms.hpp"
#include "scoring/topology/pod_tallies.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

/// What InterPodAffinity counts for a pod: one tally for each topology key of each of its checks. Made for each pod
/// spec, and good until namespaces change or placed pods come with terms of other topology keys.
namespace berth::scoring {

struct counted_key {
  std::string topology_key;
  std::shared_ptr<const tally> placed;
};

/// For Filter. Upstream: preFilterState.
struct required_affinity_plan {
  std::string fault;  ///< the pod's terms do not parse: why; else ""
  std::shared_ptr<const incoming_pod> incoming;
  std::vector<resolved_term> affinity_terms;
  std::vector<resolved_term> anti_terms;
  bool self_matches = false;          ///< the pod matches all of its own affinity terms
  std::vector<counted_key> affinity;  ///< pods that match all affinity terms
  std::vector<counted_key> anti;      ///< pods that match anti-affinity terms
  std::vector<counted_key> existing;  ///< pods with anti-affinity to this one

  required_affinity_plan(const pod_info& pod, const cluster& nodes);
};

/// For Score. Upstream: preScoreState.
struct preferred_affinity_plan {
  std::vector<counted_key> keys;

  preferred_affinity_plan(const pod_info& pod, const cluster& nodes, std::int64_t hard_weight);
};

}  // namespace berth::scoring
