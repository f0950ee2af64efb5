#pragma once

#include "scoring/cluster.hpp"
#include "scoring/engine/extender_opinion.hpp"
#include "scoring/engine/lineup.hpp"
#include "scoring/engine/observer.hpp"
#include "scoring/engine/score_board.hpp"

#include <cstdint>
#include <span>
#include <vector>

/// Tells the observer of a cycle what Score came to: the chosen node and the best others, each plugin's share.
///
/// One decision's; what it is given outlives it. Where the observer wants no scores, nothing is gathered or computed.
namespace berth::scoring {

class score_report {
 public:
  /// `scored` says by position in lineup.score which were not skipped; `list` has the feasible nodes in order of
  /// number.
  score_report(observer* by, const lineup& plugins, const std::vector<bool>& scored, std::span<const node_id> list);

  bool wanted() const noexcept { return most_ > 0; }
  /// Plugin `at` was asked in this cycle, and its weighted scores are these, by position in `list`.
  void asked(std::size_t at, std::vector<std::int64_t> weighted) { asked_[at] = std::move(weighted); }
  void extenders(const extender_opinion& opinion) noexcept { opinion_ = &opinion; }

  /// Scores of plugins that were not asked are on `board`; nullptr: all were. `totals` is by position in `list`.
  void tell(const cluster& nodes, const score_board* board, const std::vector<kept_score>& kept,
            std::span<const std::int64_t> totals, node_id chosen) const;
  /// All scores are on `board`.
  void tell(const cluster& nodes, const score_board& board, const std::vector<kept_score>& kept, node_id chosen) const;

 private:
  struct candidate {
    node_id node;
    std::int64_t total;
  };
  void tell(const cluster& nodes, const score_board* board, const std::vector<kept_score>& kept,
            std::vector<candidate> best) const;
  std::int64_t weighted(std::size_t at, node_id n, const score_board* board, const std::vector<kept_score>& kept) const;

  observer* by_;
  const lineup& plugins_;
  const std::vector<bool>& scored_;
  std::span<const node_id> list_;
  std::size_t most_ = 0;
  std::vector<std::vector<std::int64_t>> asked_;  ///< by position in lineup.score
  const extender_opinion* opinion_ = nullptr;
};

}  // namespace berth::scoring
