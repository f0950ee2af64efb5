#pragma once

#include "scoring/cluster.hpp"
#include "scoring/explains.hpp"

#include <vector>

/// Which host ports that a pod wants are held on a node, and by which pod. Pure.
namespace berth::scoring {

std::vector<shortfall> held_ports(const pod_info& pod, const cluster& nodes, node_id node);

}  // namespace berth::scoring
