#pragma once

#include "scoring/cluster.hpp"
#include "scoring/engine/kept_filters.hpp"
#include "scoring/engine/lineup.hpp"

#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <vector>

/// The scores of one class of pods, kept from cycle to cycle: what each kept Score plugin said of each node, the
/// weighted totals, and for each block of 64 nodes the best total and how many have it.
///
/// A node that changed costs a few plugin calls for it and the sums of its block; choosing costs one look at each
/// block. Normalisation is exact: a plugin that scales by the largest raw score has that largest watched, and where it
/// moves, all totals are made anew. (Upstream's batching keeps scores across cycles too, and accepts there that they
/// may be off.)
///
/// Plugins are kept that read no more than nodes and whose scaling the engine knows; the others are asked in each cycle
/// and their scores added to `totals`. So is one whose raw scores a column cannot hold (`odd`): negative ones, or from
/// 2^31 on.
///
/// Part of a pod_class. Refused: a tree over all nodes, which saves less than a microsecond below 100,000 nodes.
namespace berth::scoring {

/// A kept Score plugin.
struct kept_score {
  std::size_t at = 0;  ///< its position in lineup.score
  scaling how = scaling::none;
  bool of_all_nodes = false;  ///< reach::all_nodes
  std::int64_t weight = 1;
};

/// Those of the profile that can be kept.
std::vector<kept_score> kept_scores(const lineup& plugins);

class score_board {
 public:
  /// Marks what changed as unknown. In each cycle, whether or not it gets as far as scoring.
  void forget(const changed_nodes& changed);
  /// Brings columns and totals up to date for these nodes. `asked` says by position which were not skipped by PreScore.
  /// The message of a plugin that broke, else ""; after that the object is to be thrown away.
  std::string update(const std::vector<kept_score>& kept, const lineup& plugins, const pod_info& pod,
                     const cluster& nodes, cycle_state& cycle, const std::vector<bool>& asked,
                     const node_set& feasible);

  /// By position in `kept`: whether this plugin's scores are not in the totals, after all.
  bool odd(std::size_t i) const noexcept { return columns_[i].odd; }
  /// By node number; good for the nodes last updated for.
  std::span<const std::int64_t> totals() const noexcept { return totals_; }
  /// One of the nodes with the highest total, each equally likely. There is one.
  node_id pick(std::mt19937_64& random) const;

  /// Up to so many nodes with the highest totals, in descending order; of equal ones the lower numbers.
  std::vector<node_id> best(std::size_t how_many) const;
  /// What the i-th plugin of `kept` gives to the node's total; it is not odd, and PreScore did not skip it.
  std::int64_t weighted(const kept_score& k, std::size_t i, node_id n) const;

  /// What one node costs in memory.
  static std::size_t bytes_per_node(const std::vector<kept_score>& kept);

 private:
  struct column {
    node_set known;
    std::vector<std::uint8_t> in_range;  ///< scaling::none
    std::vector<std::int32_t> raw;       ///< other scalings
    std::vector<std::int32_t> block_largest;
    std::int32_t largest = 0;
    std::uint64_t generation = 0;
    bool odd = false;
  };
  struct block {
    std::int64_t best = 0;
    std::uint32_t ties = 0;  ///< 0: no feasible node
  };

  void resize(const std::vector<kept_score>& kept, std::size_t universe);
  std::string ask(const kept_score& k, column& c, const lineup& plugins, const pod_info& pod, const cluster& nodes,
                  cycle_state& cycle, const node_set& about);
  void find_largest(column& c, std::size_t at);
  void add_up(const std::vector<kept_score>& kept, std::size_t at);

  std::vector<column> columns_;  ///< by position in `kept`
  std::vector<bool> asked_;
  std::vector<std::int64_t> totals_;
  std::vector<block> blocks_;
  node_set feasible_;
  node_set listed_;  ///< what `list_` lists: plugins tend to be asked about the same nodes
  std::vector<node_id> list_;
  std::vector<std::int64_t> scores_;  ///< scratch
};

}  // namespace berth::scoring
