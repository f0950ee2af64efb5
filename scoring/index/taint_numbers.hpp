#pragma once

#include "k8s/api/node.hpp"
#include "scoring/cluster.hpp"

#include <cstddef>
#include <unordered_map>
#include <vector>

/// Numbers for lists of taints: nodes with equal taints share one. Part of `live_cluster`.
namespace berth::scoring {

class taint_numbers {
 public:
  using id = cluster::taint_set_id;

  /// Writes each number's taints into `lists`, which outlives this and has one entry: number 0, no taints.
  explicit taint_numbers(std::vector<std::vector<k8s::taint>>& lists) : lists_(lists), users_(1) {}

  /// The number of these taints, with one more user.
  id take(const std::vector<k8s::taint>& taints);
  /// One user less. A number that nobody uses has no taints, and is given out again.
  void leave(id which);

 private:
  std::vector<std::vector<k8s::taint>>& lists_;
  std::vector<std::size_t> users_;
  std::unordered_multimap<std::size_t, id> by_hash_;
  std::vector<id> free_;
};

}  // namespace berth::scoring
