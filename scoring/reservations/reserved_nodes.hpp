#pragma once

#include "scoring/index_part.hpp"
#include "scoring/node_set.hpp"
#include "scoring/reservations/reservations.hpp"

#include <vector>

/// Which nodes have reservations, and which: read once for each state of a node's annotations.
///
///   nodes.part<reserved_nodes>().on(n)
namespace berth::scoring {

class reserved_nodes final : public index_part {
 public:
  /// The nodes with any. Its universe may be smaller than the cluster's.
  const node_set& nodes() const noexcept { return nodes_; }
  /// By id; empty where the node has none. n is in cluster::nodes().
  const std::vector<reservation>& on(node_id n) const noexcept { return on_[n]; }

  void node_changed(node_id n, const k8s::node* before, const k8s::node& now) override;
  void node_removed(node_id n, const k8s::node& last) override;

 private:
  node_set nodes_;
  std::vector<std::vector<reservation>> on_;  ///< by node number
};

}  // namespace berth::scoring
