#pragma once

#include "scoring/cluster.hpp"
#include "scoring/node_set.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

/// Which of the nodes that fit are scored, where percentageOfNodesToScore says that not all are: as many as are wanted,
/// from where the last search ended, so that all nodes have the same chance. Nodes come zone by zone in turn (one of
/// each zone, then the next of each), so that every window has nodes of all zones.
///
/// Belongs to one engine; used with one cluster, on its strand. Upstream: numFeasibleNodesToFind and nextStartNodeIndex
/// of schedule_one.go, and the order of backend/cache/node_tree.go. It ends a search when enough nodes fit; here all
/// were judged, and those that it would not have come to are left out: in the order above, which is one that upstream's
/// parallel search may take. A profile has a window of its own; upstream's profiles share one.
namespace berth::scoring {

class node_window {
 public:
  /// How many nodes have to fit among so many. `percentage` 0 is the adaptive rule.
  static std::size_t wanted(std::int32_t percentage, std::size_t nodes);

  /// Leaves the first `wanted` nodes in `feasible`, which has more. Returns how many nodes were looked at for that.
  std::size_t cut(const cluster& nodes, std::size_t wanted, node_set& feasible);

 private:
  std::vector<node_id> order_;
  std::uint64_t generation_ = 0;  ///< of the nodes in `order_`
  std::size_t next_ = 0;          ///< into `order_`: where the next search begins
};

/// One node of each zone, then the next of each, and so on; zones and their nodes in order of number. Nodes without
/// labels for zone and region are a zone.
std::vector<node_id> zones_in_turn(const cluster& nodes);

}  // namespace berth::scoring
