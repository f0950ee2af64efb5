#pragma once

#include "scoring/plugins/affinity_terms.hpp"
#include "scoring/topology/tally.hpp"

#include <memory>
#include <string>
#include <vector>

/// What InterPodAffinity counts of placed pods, each as a weigher for tallies.
namespace berth::scoring {

/// Pods that match all of these terms of the waiting pod.
std::shared_ptr<const weigher> pods_that_match_all(std::vector<resolved_term> terms);
/// How many of these terms of the waiting pod a pod matches.
std::shared_ptr<const weigher> terms_that_match(std::vector<resolved_term> terms);
/// How many of a placed pod's required anti-affinity terms of this topology key are about the waiting pod.
std::shared_ptr<const weigher> anti_affinity_to(std::shared_ptr<const incoming_pod> incoming, std::string topology_key);

/// What speaks for being near a placed pod, in weights: the waiting pod's preferred terms, and the placed pod's.
struct preference_rules {
  std::shared_ptr<const incoming_pod> incoming;
  std::string topology_key;
  std::vector<resolved_term> own;  ///< of this topology key
  std::int64_t hard_weight = 0;    ///< of a placed pod's required affinity
};
std::shared_ptr<const weigher> preference_for(preference_rules rules);

}  // namespace berth::scoring
