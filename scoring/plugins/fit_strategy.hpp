#pragma once

#include "scoring/plugins/resource_scores.hpp"

#include <cstdint>
#include <vector>

/// The three ways in which NodeResourcesFit turns a node's utilisation into a score of 0 to 100.
/// Upstream: plugins/noderesources, least_allocated.go, most_allocated.go, requested_to_capacity_ratio.go.
namespace berth::scoring {

struct shape_point {
  std::int64_t utilization;  ///< percent
  std::int64_t score;        ///< 0..100: ten times what the configuration says
};

struct fit_strategy {
  enum class kind { least_allocated, most_allocated, requested_to_capacity_ratio };
  kind what = kind::least_allocated;
  std::vector<weighted_resource> resources{{"cpu", 1}, {"memory", 1}};
  std::vector<shape_point> shape;  ///< for requested_to_capacity_ratio: at least one, utilization increasing
};

/// The argument `scoringStrategy` of NodeResourcesFitArgs; absent means LeastAllocated over cpu and memory.
fit_strategy read_fit_strategy(arguments& args);

/// `shape: [{utilization, score}]`, as VolumeBindingArgs has it too.
std::vector<shape_point> read_shape(arguments& args, std::string_view field);

/// The score of a utilisation in percent, on the straight lines between the points. There is a point.
std::int64_t score_along(const std::vector<shape_point>& shape, std::int64_t utilization);

/// Scores each of the nodes. False, and the scores are anything, where one is not from 0 to 100: an amount is negative.
bool score_fit(const fit_strategy& strategy, const std::vector<considered_resource>& resources,
               std::span<const node_id> nodes, std::span<std::uint8_t> scores);
/// The same, whatever they are.
void score_fit(const fit_strategy& strategy, const std::vector<considered_resource>& resources,
               std::span<const node_id> nodes, std::span<std::int64_t> scores);

}  // namespace berth::scoring
