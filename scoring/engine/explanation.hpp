#pragma once

#include "scoring/diagnosis.hpp"
#include "scoring/explain/shortfalls.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What `berth explain` shows of one pod: every node's verdict and every score.
namespace berth::scoring {

/// One node in an explanation.
struct node_verdict {
  std::string name;
  const status* refused = nullptr;  ///< into explanation::why; nullptr: feasible
  std::vector<std::pair<std::string_view, std::int64_t>>
      scores;  ///< plugin (as long as the profile), normalised and weighted
  std::int64_t total = 0;
};

/// A value that moves but does not copy: its verdicts point into `why`.
struct explanation {
  explanation() = default;
  explanation(explanation&&) = default;
  explanation& operator=(explanation&&) = default;

  diagnosis why;                    ///< its message() holds where `best` is empty and `error` is too
  std::vector<node_verdict> nodes;  ///< by name
  /// Where it goes: every node with the highest total, sorted; the nominated node alone, where that one fits.
  std::vector<std::string> best;
  bool best_is_nominated = false;    ///< so that others may have a higher total
  std::string nominated;             ///< where preemption would make room
  std::vector<std::string> victims;  ///< by evicting these, namespace/name, the most important first
  std::string error;                 ///< a cycle_error, else ""
  shortfall_list shortfalls;         ///< what is missing on the nodes that refused the pod, of plugins that can tell
};

}  // namespace berth::scoring
