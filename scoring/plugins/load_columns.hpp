#pragma once

#include "scoring/change_reader.hpp"
#include "scoring/cluster.hpp"
#include "scoring/index_part.hpp"
#include "scoring/plugins/resource_scores.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <utility>
#include <vector>

/// Of each node, how much of a resource is in use and how much there is, in doubles and ready for load_math's loads:
/// kept from cycle to cycle, because to convert whole columns costs more than the scores that are made of them.
namespace berth::scoring {

class load_columns final : public index_part {
 public:
  /// Of a resource that has columns, brought up to date. Good until the cluster changes. For a score of many nodes: not
  /// within a node_trial, of which the logs say nothing.
  kept_load of(resource_id r, amounts which, const cluster& nodes) const;

 private:
  // Doubles by node number that follow a log; `odd` are the nodes whose numbers are not for doubles.
  struct followed_rows {
    change_reader reader;
    node_set odd;

    void catch_up(const change_log& log, const cluster& nodes, const std::function<bool(node_id)>& fits);
  };
  struct capacity : followed_rows {
    std::vector<double> whole, inverse;
  };
  struct in_use : followed_rows {
    std::vector<double> rows;
  };

  mutable std::map<resource_id, capacity> capacities_;
  mutable std::map<std::pair<resource_id, amounts>, in_use> in_use_;
};

}  // namespace berth::scoring
