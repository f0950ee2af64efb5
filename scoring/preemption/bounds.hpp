#pragma once

#include "scoring/preemption/choice.hpp"
#include "scoring/preemption/ladder.hpp"

#include <optional>

/// What the eviction on a node costs at least, told from sums alone: the search for the best node tries victims on few
/// nodes only. Pure, on the cluster's strand.
namespace berth::scoring {

/// The real cost (choice.hpp) is never less; absent where no eviction makes room for the pod.
///
/// It goes by cpu, memory, ephemeral storage and the number of pods, which NodeResourcesFit compares: of a profile that
/// does not ask it, this says nothing. n is in nodes.nodes().
std::optional<eviction_cost> least_cost(const pod_info& pod, const cluster& nodes, const ladder& rungs, node_id n);

}  // namespace berth::scoring
