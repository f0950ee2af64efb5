#pragma once

#include "scoring/cluster.hpp"
#include "scoring/plugin.hpp"

#include <cstdint>
#include <vector>

/// Which nodes a reader of the cluster has to look at again.
namespace berth::scoring {

/// Each changed node once, numbers that no node has any more included; or all. Scratch: made once, filled again and
/// again.
struct changed_nodes {
  bool all = true;
  std::vector<node_id> some;  ///< where not all

  /// What `log` says since `position`, which moves on to its end; all where nothing was read yet (`fresh`).
  void collect(const change_log& log, std::uint64_t& position, bool fresh, std::size_t universe) {
    start(universe);
    all = fresh || !log.for_each_since(position, [this](node_id n) { add(n); });
    position = log.position();
  }
  void start(std::size_t universe) {
    for (const node_id n : some) seen_.erase(n);
    some.clear();
    all = false;
    if (seen_.universe() < universe) seen_.resize(universe);
  }
  void add(node_id n) {
    if (seen_.contains(n)) return;
    seen_.insert(n);
    some.push_back(n);
  }

 private:
  node_set seen_;
};

/// How far one reader has followed the cluster, by what it reads.
struct followed {
  std::uint64_t position = 0;    ///< in the log of pods and nodes, or of nodes alone
  std::uint64_t generation = 0;  ///< of all nodes' objects
  bool fresh = true;             ///< nothing was read yet

  /// What changed since the last call; it counts as read from now on.
  void catch_up(const cluster& nodes, reach what, changed_nodes& changed) {
    const bool moved = reads_all_nodes(what) && generation != nodes.node_generation();
    generation = nodes.node_generation();
    changed.collect(reads_pods(what) ? nodes.changes() : nodes.node_changes(), position, fresh || moved,
                    nodes.universe());
    fresh = false;
  }
};

}  // namespace berth::scoring
