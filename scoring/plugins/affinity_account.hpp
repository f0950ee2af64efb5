#pragma once

#include "scoring/explains.hpp"
#include "scoring/plugins/affinity_check.hpp"

#include <vector>

/// Why InterPodAffinity refuses a node, for `berth explain`: which pod is missing there, or keeps the pod away. Goes
/// through the pods of all nodes, and is asked about one node at a time. Pure.
namespace berth::scoring {

/// Nothing where it does not refuse the node.
std::vector<shortfall> affinity_shortfalls_on(node_id n, const affinity_cycle& s, const cluster& nodes);

}  // namespace berth::scoring
