#pragma once

#include "scoring/change_reader.hpp"
#include "scoring/cluster.hpp"
#include "scoring/index_part.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <vector>

/// Of each 64 nodes, the least that is free of a resource on any of them: a pod that asks for no more has room on all,
/// and none of them need be looked at. Kept from cycle to cycle.
namespace berth::scoring {

class least_room final : public index_part {
 public:
  /// By word of a node_set, brought up to date; of the members of nodes(). Good until the next call. For a filter of
  /// many nodes: not within a node_trial, of which the logs say nothing. The resource has columns.
  std::span<const std::int64_t> of(resource_id r, const cluster& nodes) const;
  /// The same of how many pods more a node may have.
  std::span<const std::int64_t> of_pods(const cluster& nodes) const;

 private:
  struct followed {
    change_reader reader;
    node_set stale;  ///< blocks
    std::vector<std::int64_t> least;

    void catch_up(const cluster& nodes, std::span<const std::int64_t> whole, std::span<const std::int64_t> used);
  };
  mutable std::map<resource_id, followed> resources_;
  mutable followed pods_;
};

}  // namespace berth::scoring
