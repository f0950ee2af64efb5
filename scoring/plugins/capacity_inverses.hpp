#pragma once

#include "scoring/cluster.hpp"
#include "scoring/index_part.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

/// 1 / allocatable of each node, in cpu and in memory, for column_math's shares: kept, because nodes change seldom and
/// a division is the most that a share costs.
namespace berth::scoring {

class capacity_inverses final : public index_part {
 public:
  /// By node number, brought up to date; anything for a node that has none of it. Good until the next call. `r` is cpu
  /// or memory.
  std::span<const double> of(resource_id r, const cluster& nodes) const;

 private:
  struct column {
    bool fresh = true;
    std::uint64_t position = 0;  ///< in the log of nodes
    std::vector<double> rows;
  };
  mutable std::array<column, 2> columns_;
};

}  // namespace berth::scoring
