#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace berth::controller {

/// The scores of the node that was chosen and of the next best ones: what `berth trace -o json` shows of a decision.
struct step_scores {
  struct row {
    std::string node;
    std::int64_t total;
    std::vector<std::int64_t> weighted;  ///< by position in `plugins`
  };
  std::shared_ptr<const std::vector<std::string>> plugins;  ///< shared with other decisions
  std::vector<row> rows;                                    ///< the chosen node first
};

}  // namespace berth::controller
