#pragma once

#include "scoring/cluster.hpp"
#include "scoring/index_part.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

/// The pods of each node summed up by priority: how much room there is once all below a priority have left, without a
/// look at each of them.
///
/// A part of the index (index_part.hpp), made when a pod preempts for the first time. A node whose pods changed is
/// summed up anew when it is next asked about.
namespace berth::scoring {

/// The pods of one priority on one node. What is "so far" holds for them and for all pods of lower priority.
struct rung {
  std::int32_t priority = 0;
  std::int64_t newest_start = 0;                         ///< see start_of
  std::int64_t pods_so_far = 0;                          ///< how many
  std::array<std::int64_t, first_scalar> held_so_far{};  ///< the sum, by the number of the resource
  std::array<std::int64_t, first_scalar> most_so_far{};  ///< the most that one of them holds
};

class ladder final : public index_part {
 public:
  void node_changed(node_id n, const k8s::node* before, const k8s::node& now) override;
  void node_removed(node_id n, const k8s::node& last) override;
  void pod_placed(node_id n, const pod_info& pod) override;
  void pod_removed(node_id n, const pod_info& pod) override;

  /// In ascending order of priority. n is in nodes.nodes(); good until the next change.
  std::span<const rung> of(node_id n, const cluster& nodes) const;

 private:
  struct node_rungs {
    std::vector<rung> rungs;
    bool stale = true;
  };
  mutable std::vector<node_rungs> by_node_;
};

}  // namespace berth::scoring
