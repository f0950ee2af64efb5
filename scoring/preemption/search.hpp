#pragma once

#include "scoring/diagnosis.hpp"
#include "scoring/plugin.hpp"
#include "scoring/preemption/choice.hpp"

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

/// Where evicting pods makes room for a pod that fits nowhere.
///
/// Value of one call of PostFilter. Only nodes that refused it for a reason that eviction may cure are tried. Upstream:
/// preemption.go, findCandidates and DryRunPreemption, which stops at minCandidateNodesPercentage and
/// minCandidateNodesAbsolute, from a node picked at random: the best of all is what it finds for some of its choices.
namespace berth::scoring {

class victim_search {
 public:
  /// What is passed outlives this.
  victim_search(const pod_info& pod, const cluster& nodes, const diagnosis& why, filters_again& again);

  /// Every node where it helps, by number.
  std::vector<preemption_candidate> all();
  /// The one of `all()` that `choose_candidate` takes, found with a look at few nodes.
  std::optional<preemption_candidate> best();

  /// Where there is none: what plugins broke on, or why it does not help.
  const std::vector<std::string>& errors() const noexcept { return errors_; }
  const diagnosis& unhelpful() const noexcept { return unhelpful_; }

 private:
  /// A node that may be the best; of equal ones the lower number is better.
  struct hope {
    eviction_cost cost;
    node_id node;
    auto operator<=>(const hope&) const = default;
  };
  bool may_help(node_id n) const;
  /// What eviction costs at least; absent where it makes no room.
  struct bounds {
    std::span<const std::optional<eviction_cost>> kept;  ///< by node number
    /// Of the nodes that somebody is nominated to, in their stead; by ascending number.
    std::vector<std::pair<node_id, std::optional<eviction_cost>>> beside_nominated;
  };
  bounds least_costs() const;
  template <class F>
  void for_each_hope(const bounds& least, F&& f) const;
  std::optional<preemption_candidate> best_by_bounds();
  std::optional<preemption_candidate> try_node(node_id n);

  const pod_info& pod_;
  const cluster& nodes_;
  const diagnosis& why_;
  filters_again& again_;
  diagnosis unhelpful_;  ///< by node: 0 where it was not tried
  std::vector<std::string> errors_;
};

}  // namespace berth::scoring
