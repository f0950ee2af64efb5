#pragma once

#include "scoring/arguments.hpp"
#include "scoring/cluster.hpp"
#include "scoring/pod_info.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

/// What NodeResourcesFit and NodeResourcesBalancedAllocation share: which resources a score rests on.
/// Upstream: plugins/noderesources, resource_allocation.go.
namespace berth::scoring {

struct weighted_resource {
  std::string name;
  std::int64_t weight = 1;
};

/// `resources: [{name, weight}]`; absent or empty means cpu and memory. A weight that is absent or 0 is 1; one above
/// `max_weight` is an error.
std::vector<weighted_resource> read_resources(arguments& args, std::string_view field, std::int64_t max_weight);

/// One resource, ready to be scored: a node where `allocatable` is 0 leaves it out of the average.
struct considered_resource {
  std::int64_t weight;
  std::span<const std::int64_t> allocatable;  ///< by node number
  std::span<const std::int64_t> requested;    ///< by node number, without the pod
  std::int64_t of_pod;
  std::shared_ptr<const std::vector<std::int64_t>> own_columns =
      nullptr;                            ///< what the spans show, where it is not the cluster's
  std::span<const double> inverses = {};  ///< 1 / allocatable by node number, or none: see add_inverses
};

/// Which amounts count for cpu and memory: what was asked for, or at least 100m and 200 MiB for each container.
enum class amounts : std::uint8_t { as_requested, at_least_some };

/// Leaves out what no node has, and extended resources that the pod does not ask for.
std::vector<considered_resource> consider(const std::vector<weighted_resource>& resources, const pod_info& pod,
                                          const cluster& nodes, amounts which);

/// Adds the inverses that the cluster keeps.
void add_inverses(std::vector<considered_resource>& resources, const cluster& nodes);

}  // namespace berth::scoring
