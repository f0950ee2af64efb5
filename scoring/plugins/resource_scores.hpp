#pragma once

#include "scoring/arguments.hpp"
#include "scoring/cluster.hpp"
#include "scoring/node_set.hpp"
#include "scoring/plugins/load_math.hpp"
#include "scoring/pod_info.hpp"

#include <cstdint>
#include <memory>
#include <optional>
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

/// Which amounts count for cpu and memory: what was asked for, or at least 100m and 200 MiB for each container.
enum class amounts : std::uint8_t { as_requested, at_least_some };

/// A resource in doubles, by node number; no rows where none are kept.
struct kept_load {
  std::span<const double> used, whole, inverse;  ///< as load has them (load_math.hpp)
  const node_set* odd_used = nullptr;            ///< of these nodes the rows are not what is in use, or there is,
  const node_set* odd_whole = nullptr;           ///< because that is not for doubles
  bool some_odd = true;

  /// Whether the rows of these nodes are what they stand for.
  bool good_for(std::span<const node_id> nodes) const;
};

/// One resource, ready to be scored: a node where `allocatable` is 0 leaves it out of the average.
struct considered_resource {
  std::int64_t weight;
  std::span<const std::int64_t> allocatable;  ///< by node number
  std::span<const std::int64_t> requested;    ///< by node number, without the pod
  std::int64_t of_pod;
  std::optional<resource_id> number = std::nullopt;                        ///< where the columns are the cluster's
  std::shared_ptr<const std::vector<std::int64_t>> own_columns = nullptr;  ///< where they are not
  kept_load doubles = {};                                                  ///< where add_doubles was asked for

  /// Whether `load_on` says it of these nodes.
  bool in_doubles(std::span<const node_id> nodes) const { return for_doubles(of_pod) && doubles.good_for(nodes); }
  /// Of a block of nodes, with the pod; in the columns `first` to `first` + 2 of the block.
  load load_on(std::span<const node_id> nodes, row_block& block, std::size_t first) const;
};

/// Leaves out what no node has, and extended resources that the pod does not ask for.
std::vector<considered_resource> consider(const std::vector<weighted_resource>& resources, const pod_info& pod,
                                          const cluster& nodes, amounts which);

/// Adds the columns in doubles that the cluster keeps; `which` is what the resources were considered with. For a score
/// of many nodes, and not within a node_trial.
void add_doubles(std::vector<considered_resource>& resources, amounts which, const cluster& nodes);

}  // namespace berth::scoring
