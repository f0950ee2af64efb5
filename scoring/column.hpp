#pragma once

#include "scoring/node_set.hpp"
#include "scoring/status.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

/// What Filter and Score are given: a column of nodes. "Of these still alive, refuse those"; "score these".
namespace berth::scoring {

/// Why a node was refused: an index into `refusals`. 0 means it was not.
using refusal_id = std::uint32_t;

/// The distinct refusals of one pod: thousands of nodes share a handful.
class refusals {
 public:
  refusals() { list_.emplace_back(); }
  /// Equal statuses get one number. `plugin` is filled in.
  refusal_id intern(const status& s);
  const status& operator[](refusal_id id) const noexcept { return list_[id]; }
  std::size_t size() const noexcept { return list_.size(); }

 private:
  std::vector<status> list_;
};

/// The nodes that a filter still has to judge. A refused node leaves the column.
class filter_column {
 public:
  filter_column(node_set& alive, std::span<refusal_id> refused_by, refusals& table, std::string_view plugin)
      : alive_(alive), refused_by_(refused_by), table_(table), plugin_(plugin) {}

  const node_set& nodes() const noexcept { return alive_; }
  template <class F>
  void for_each(F&& f) const { alive_.for_each(static_cast<F&&>(f)); }

  /// Makes a reason once, before the loop.
  refusal_id reason(status s) {
    s.plugin = plugin_;
    return table_.intern(s);
  }
  void refuse(node_id n, refusal_id why) noexcept {
    alive_.erase(n);
    refused_by_[n] = why;
  }
  void refuse(node_id n, status s) { refuse(n, reason(std::move(s))); }
  /// Refuses the members of `these` that are still alive.
  void refuse(const node_set& these, refusal_id why);
  /// Refuses all but these.
  void keep_only(const node_set& these, refusal_id why);

 private:
  node_set& alive_;
  std::span<refusal_id> refused_by_;
  refusals& table_;
  std::string_view plugin_;
};

/// The nodes to score, ascending, and a score for each, 0 at first: score(i) belongs to nodes()[i].
class score_column {
 public:
  score_column(std::span<const node_id> nodes, std::span<std::int64_t> scores) : nodes_(nodes), scores_(scores) {}
  std::span<const node_id> nodes() const noexcept { return nodes_; }
  std::span<std::int64_t> scores() const noexcept { return scores_; }

 private:
  std::span<const node_id> nodes_;
  std::span<std::int64_t> scores_;
};

inline constexpr std::int64_t max_node_score = 100;

/// Scales to 0..100 by the largest; `reverse` turns the order round. Upstream: helper.DefaultNormalizeScore.
void default_normalize(std::span<std::int64_t> scores, bool reverse);

}  // namespace berth::scoring
