#pragma once

#include "scoring/column.hpp"
#include "scoring/node_set.hpp"

#include <cstdint>
#include <string>
#include <vector>

/// What a profile says of nodes that somebody else proposes: a webhook's answers. Values of one question.
namespace berth::scoring {

struct judgement {
  std::string error;                   ///< a plugin broke: the whole message; else ""
  node_set feasible;                   ///< of the nodes asked about
  std::vector<refusal_id> refused_by;  ///< by node number; 0 where it was not refused
  refusals table;

  /// n was refused.
  const status& why(node_id n) const { return table[refused_by[n]]; }
};

struct rating {
  std::string error;                 ///< as above
  std::vector<std::int64_t> totals;  ///< weighted, by position of the nodes asked about
  std::int64_t highest = 0;          ///< what a node has that every plugin likes best; 0: no plugin has a say
};

}  // namespace berth::scoring
