#pragma once

#include "k8s/api/node.hpp"
#include "k8s/api/pod.hpp"

/// A pod's own rules on nodes, which PodTopologySpread asks too.
namespace berth::reference {

/// nodeSelector and required node affinity. A term that does not parse matches nothing. Upstream:
/// nodeaffinity.GetRequiredNodeAffinity.
bool matches_node_rules(const k8s::pod& pod, const k8s::node& node);

}  // namespace berth::reference
