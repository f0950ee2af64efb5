#pragma once

#include "scoring/cluster.hpp"
#include "scoring/column_math.hpp"
#include "scoring/engine/lineup.hpp"
#include "scoring/engine/score_answers.hpp"

#include <cstdint>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <vector>

/// The scores of one class of pods: the weighted totals of what the kept Score plugins said of each node, and for each
/// block of 64 nodes the best total and how many have it.
///
/// A node that changed costs a few plugin calls for it and the sums of its block; choosing costs one look at each
/// block. Normalisation is exact: a plugin that scales by the largest raw score has that largest watched, and where it
/// moves, all totals are made anew. (Upstream's batching keeps scores across cycles too, and accepts there that they
/// may be off.)
///
/// Plugins are kept that read no more than nodes and whose scaling the engine knows; the others are asked in each cycle
/// and their scores added to `totals`. So is one whose raw scores its answers cannot hold (`odd`).
///
/// Part of a board_pool. Refused: a tree over all nodes, which saves less than a microsecond below 100,000 nodes.
namespace berth::scoring {

/// A kept Score plugin.
struct kept_score {
  std::size_t at = 0;  ///< its position in lineup.score
  scaling how = scaling::none;
  std::int64_t weight = 1;
  bool in_bytes = false;
};

/// Those of the profile that can be kept.
std::vector<kept_score> kept_scores(const lineup& plugins);

class score_board {
 public:
  /// For plugins whose answers `serve` names.
  explicit score_board(const std::vector<kept_score>& kept);

  /// From now on it is about these answers, by position in `kept`; or about none.
  void serve(const std::vector<std::shared_ptr<score_answers>>& answers);

  /// Brings answers and totals up to date for these nodes, in ascending order `list`. `asked` says by position in
  /// lineup.score which were not skipped by PreScore. `changed` is what changed since the last call. The message of a
  /// plugin that broke, else ""; after that the object is to be thrown away.
  std::string update(const lineup& plugins, const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                     const std::vector<bool>& asked, const node_set& feasible, std::span<const node_id> list,
                     const changed_nodes& changed, score_answers::scratch& work);

  /// By position in `kept`: whether this plugin's scores are not in the totals, after all.
  bool odd(std::size_t i) const noexcept { return columns_[i].answers->odd(); }
  /// Of one of the nodes last updated for.
  std::int64_t total(node_id n) const noexcept { return small_ ? same_ + small_totals_[n] : totals_[n]; }
  /// sums[i] += total(list[i]); the list is ascending, and not empty.
  void add_totals(std::span<const node_id> list, std::span<std::int64_t> sums) const;
  /// One of the nodes with the highest total, each equally likely. There is one.
  node_id pick(std::mt19937_64& random) const;

  /// Up to so many nodes with the highest totals, in descending order; of equal ones the lower numbers.
  std::vector<node_id> best(std::size_t how_many) const;
  /// What the i-th plugin of `kept` gives to the node's total; it is not odd, and PreScore did not skip it.
  std::int64_t weighted(std::size_t i, node_id n) const;

  /// What one node costs in memory, beside the answers.
  static constexpr std::size_t bytes_per_node = sizeof(std::uint16_t) + 1;

 private:
  struct column {
    std::shared_ptr<score_answers> answers;
    std::int64_t weight = 1;
    std::size_t at = 0;  ///< in lineup.score
    std::uint64_t epoch = 0;
    // Of a relative one that is not all zero: the largest raw score of the feasible nodes, and of each block's.
    std::int32_t largest = 0;
    std::vector<std::int32_t> block_largest;
  };
  void resize(std::size_t universe);
  bool counts(const column& c) const noexcept { return asked_[c.at] && !c.answers->odd(); }
  void find_largest(column& c, std::size_t at);
  bool largest_moves(column& c, bool all);
  void add_up(std::size_t at);
  void add_up_small(std::size_t at);
  void add_up_any(std::size_t at);
  void look_over_columns();
  static std::int64_t given_to_all(const column& c) noexcept;
  static void add_relative(const column& c, std::size_t first, std::int64_t* sum);

  std::vector<column> columns_;  ///< by position in `kept`
  std::vector<bool> asked_;
  std::int64_t same_ = 0;  ///< what relative columns give to all nodes alike
  // By node number, whole blocks, so that loops over a block need no end. Usually in 16 bits and without `same_`: where
  // no column is relative, and no sum is larger.
  bool small_ = false;
  std::vector<std::uint16_t> small_totals_;
  std::vector<std::int64_t> totals_;
  std::vector<summand> summands_;  ///< where they are small
  std::vector<best_row> blocks_;   ///< without ties where no node is feasible
  node_set feasible_;
  node_set touched_;  ///< blocks to be added up anew
};

}  // namespace berth::scoring
