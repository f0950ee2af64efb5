#pragma once

#include "k8s/api/pod.hpp"
#include "scoring/explains.hpp"

#include <cstdint>
#include <string>

/// What PodTopologySpread misses on a node, in words. Pure.
namespace berth::scoring {

/// The node has no label for the constraint's topology key.
shortfall missing_topology(const k8s::topology_spread_constraint& c);

/// A domain with too many pods beside the domain with the fewest.
struct crowded_domain {
  std::string value;
  std::int64_t pods = 0;
  std::int64_t least = 0;
  std::size_t domains = 0;
};
/// "topology.kubernetes.io/zone z1 has 5, the least is 3, maxSkew 1"; one text for all hosts.
shortfall unbalanced(const k8s::topology_spread_constraint& c, const crowded_domain& d);

}  // namespace berth::scoring
