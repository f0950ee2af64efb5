#pragma once

#include "scoring/node_set.hpp"
#include "scoring/status.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

/// What Filter and Score are given: a column of nodes. "Of these still alive, refuse those"; "score these".
///
/// Columns borrow: they live for one call of one plugin. Upstream asks node by node; a column lets a plugin judge
/// thousands in one loop over the cluster's own columns, and lets the engine ask for the few nodes that changed.
namespace berth::scoring {

/// Why a node was refused: an index into `refusals`. 0 means it was not.
using refusal_id = std::uint32_t;

/// The distinct refusals of one pod: thousands of nodes share a handful.
class refusals {
 public:
  refusals() { list_.emplace_back(); }
  /// Equal statuses (the plugin counts) get one number.
  refusal_id intern(const status& s);
  const status& operator[](refusal_id id) const noexcept { return list_[id]; }
  /// One more than the largest number given out.
  std::size_t size() const noexcept { return list_.size(); }

 private:
  std::vector<status> list_;
  std::unordered_multimap<std::size_t, refusal_id> by_hash_;  ///< only once the list is long
};

/// The nodes that a filter still has to judge. A refused node leaves the column.
class filter_column {
 public:
  filter_column(node_set& alive, std::span<refusal_id> refused_by, refusals& table, std::string_view plugin)
      : alive_(alive), refused_by_(refused_by), table_(table), plugin_(plugin) {}

  const node_set& nodes() const noexcept { return alive_; }
  /// Calls f(node_id) for each node, ascending. f may refuse the node it is given.
  template <class F>
  void for_each(F&& f) const {
    alive_.for_each(static_cast<F&&>(f));
  }

  /// Makes a reason once, before the loop.
  refusal_id reason(status s);
  /// n is in nodes().
  void refuse(node_id n, refusal_id why) noexcept {
    alive_.erase(n);
    refused_by_[n] = why;
  }
  void refuse(node_id n, status s) { refuse(n, reason(std::move(s))); }
  /// Refuses the members of `these` that are still alive. Its universe is the column's.
  void refuse(const node_set& these, refusal_id why);
  /// Refuses all but these.
  void keep_only(const node_set& these, refusal_id why);

 private:
  void refuse_bits(std::size_t at, node_set::word bits, refusal_id why) noexcept;

  node_set& alive_;
  std::span<refusal_id> refused_by_;
  refusals& table_;
  std::string_view plugin_;
};

/// The nodes to score, ascending, and a score for each, 0 at first: scores()[i] belongs to nodes()[i].
class score_column {
 public:
  score_column(std::span<const node_id> nodes, std::span<std::int64_t> scores) : nodes_(nodes), scores_(scores) {}
  std::span<const node_id> nodes() const noexcept { return nodes_; }
  std::span<std::int64_t> scores() const noexcept { return scores_; }
  /// Whether the nodes are neighbours: row i of the column is row nodes()[0] + i of the cluster's columns.
  bool contiguous() const noexcept { return !nodes_.empty() && nodes_.back() - nodes_.front() + 1 == nodes_.size(); }

 private:
  std::span<const node_id> nodes_;
  std::span<std::int64_t> scores_;
};

/// The same for scores of 0 to 100, as bytes: thousands at a time cost half of what they do in a score_column.
class byte_column {
 public:
  byte_column(std::span<const node_id> nodes, std::span<std::uint8_t> scores) : nodes_(nodes), scores_(scores) {}
  std::span<const node_id> nodes() const noexcept { return nodes_; }
  std::span<std::uint8_t> scores() const noexcept { return scores_; }

 private:
  std::span<const node_id> nodes_;
  std::span<std::uint8_t> scores_;
};

inline constexpr std::int64_t max_node_score = 100;

/// Scales to 0..100 by the largest; `reverse` turns the order round. All zeros stay, or become 100 when reversed.
/// Upstream: helper.DefaultNormalizeScore.
void default_normalize(std::span<std::int64_t> scores, bool reverse);

}  // namespace berth::scoring
