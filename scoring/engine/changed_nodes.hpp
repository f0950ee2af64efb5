#pragma once

#include "scoring/cluster.hpp"
#include "scoring/plugin.hpp"

#include <cstdint>
#include <vector>

/// Which nodes a reader of the cluster has to look at again.
namespace berth::scoring {

/// Each changed node once, numbers that no node has any more included; or all. Scratch: made once, filled again and
/// again. On the cluster's strand.
struct changed_nodes {
  bool all = true;
  std::vector<node_id> some;  ///< where not all

  /// What `log` says since that position; all where it has lost some of it.
  void collect(const change_log& log, std::uint64_t since, std::size_t universe) {
    forget();
    if (seen_.universe() < universe) seen_.resize(universe);
    all = !log.for_each_since(since, [this](node_id n) { add(n); });
  }
  void collect_all() {
    forget();
    all = true;
  }

 private:
  void forget() {
    for (const node_id n : some) seen_.erase(n);
    some.clear();
  }
  void add(node_id n) {
    if (seen_.contains(n)) return;
    seen_.insert(n);
    some.push_back(n);
  }

  node_set seen_;
};

/// How far one reader has followed the cluster. Each call of `catch_up` is with the same reach.
struct followed {
  std::uint64_t position = 0;    ///< in the log of pods and nodes, or of nodes alone
  std::uint64_t generation = 0;  ///< of all nodes' objects
  bool fresh = true;             ///< nothing was read yet

  /// What changed since the last call; it counts as read from now on.
  void catch_up(const cluster& nodes, reach what, changed_nodes& changed) {
    const change_log& log = reads_pods(what) ? nodes.changes() : nodes.node_changes();
    if (fresh || (reads_all_nodes(what) && generation != nodes.node_generation()))
      changed.collect_all();
    else
      changed.collect(log, position, nodes.universe());
    position = log.position();
    generation = nodes.node_generation();
    fresh = false;
  }
};

}  // namespace berth::scoring
