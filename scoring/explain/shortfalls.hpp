#pragma once

#include "scoring/explains.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What a pod lacks, over all nodes that refused it: thousands of nodes lack a handful of things. Pure.
namespace berth::scoring {

/// One thing lacking, as `berth explain` tells it.
struct shortfall_summary {
  std::string plugin;  ///< that refused these nodes; "" where PreFilter narrowed the choice to others
  std::string text;    ///< "needs 4 cpu, most free is 3250m on n4 (12 nodes)"
  std::size_t nodes = 0;

  // Of amounts alone, as people write them; else "".
  std::string resource;
  std::string needs;
  std::string has;   ///< the most that one of these nodes has
  std::string node;  ///< which one: the first by name
};

struct shortfall_list {
  std::vector<shortfall_summary> told;  ///< what most nodes lack comes first
  std::size_t untold = 0;               ///< so many things more
};

class shortfall_sums {
 public:
  static constexpr std::size_t most_told = 64;

  /// Borrows the cluster, which does not change meanwhile.
  explicit shortfall_sums(const cluster& nodes) : nodes_(nodes) {}
  /// Nodes come in the order of their names.
  void add(std::string_view plugin, node_id node, shortfall one);
  shortfall_list list() const;

 private:
  struct sum {
    std::string plugin;
    shortfall best;  ///< with the most of `has`; the first of equals
    node_id best_node;
    std::int64_t largest;            ///< of `of_all`
    std::vector<std::string> names;  ///< the first few
    std::size_t nodes;
  };
  shortfall_summary summary_of(const sum& s) const;
  bool any_node_has(std::string_view resource) const;

  const cluster& nodes_;
  std::map<std::pair<std::string, std::string>, std::size_t> numbers_;  ///< plugin and `what` to position in `sums_`
  std::vector<sum> sums_;
  std::size_t untold_ = 0;
};

}  // namespace berth::scoring
