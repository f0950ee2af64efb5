#include "scoring/engine/score_answers.hpp"

#include "scoring/engine/scan.hpp"

#include <algorithm>

namespace berth::scoring {

void score_answers::forget(const cluster& nodes, changed_nodes& changed) {
  seen_.catch_up(nodes, reach_, changed);
  if (changed.all) {
    known_ = node_set(nodes.universe());
    odd_ = false;
    zero_ = true;
    ++epoch_;
    return;
  }
  known_.resize(nodes.universe());
  for (const node_id n : changed.some) known_.erase(n);
}

std::string score_answers::update(const at_point<score_plugin>& of, const pod_info& pod, const cluster& nodes,
                                  cycle_state& cycle, const node_set& feasible, scratch& work) {
  forget(nodes, work.changed);
  if (odd_) return {};
  feasible.list_without(known_, work.unknown);
  if (work.unknown.empty()) return {};
  std::string error = ask(of, pod, nodes, cycle, work);
  if (error.empty()) known_ |= feasible;
  return error;
}

std::string score_answers::ask(const at_point<score_plugin>& of, const pod_info& pod, const cluster& nodes,
                               cycle_state& cycle, scratch& work) {
  // Whole blocks, so that loops over a block need no end.
  const std::size_t rows = known_.words().size() * node_set::word_bits;
  relative() ? raw_.resize(rows, 0) : in_range_.resize(rows, 0);
  work.scores.assign(work.unknown.size(), 0);
  score_column column(work.unknown, work.scores);
  const status s = of.ask<&score_plugin::score>(pod, nodes, cycle, column);
  if (!s.is_ok()) return score_failed(of.self->name(), s);
  if (relative())
    store_raw(work.unknown, work.scores);
  else if (const std::int64_t* wrong = store_in_range(work.unknown, work.scores))
    return score_out_of_range(of.self->name(), *wrong);
  return {};
}

// One pass that stores and gathers the bits by which a score beyond the range shows.
void score_answers::store_raw(std::span<const node_id> at, std::span<const std::int64_t> scores) {
  std::uint64_t bits = 0;
  const std::int64_t* const from = scores.data();
  std::int32_t* const rows = raw_.data();
  for (std::size_t i = 0, n = scores.size(); i < n; ++i) {
    bits |= static_cast<std::uint64_t>(from[i]);
    rows[at[i]] = static_cast<std::int32_t>(from[i]);
  }
  odd_ = bits >> 31 != 0;
  if (odd_) ++epoch_;
  note_zero(bits == 0);
}

void score_answers::note_zero(bool zero) noexcept {
  if (zero || !zero_) return;
  zero_ = false;
  ++epoch_;
}

// The first score out of range, or nullptr. 101 + 27 needs an eighth bit.
const std::int64_t* score_answers::store_in_range(std::span<const node_id> at, std::span<const std::int64_t> scores) {
  constexpr std::int64_t headroom = 127 - max_node_score;
  std::uint64_t bits = 0;
  const std::int64_t* const from = scores.data();
  const std::size_t n = scores.size();
  for (std::size_t i = 0; i < n; ++i)
    bits |= static_cast<std::uint64_t>(from[i]) | static_cast<std::uint64_t>(from[i] + headroom);
  if (at[n - 1] - at[0] + 1 == n) {  // neighbours
    std::uint8_t* const rows = in_range_.data() + at[0];
    for (std::size_t i = 0; i < n; ++i) rows[i] = static_cast<std::uint8_t>(from[i]);
  } else {
    for (std::size_t i = 0; i < n; ++i) in_range_[at[i]] = static_cast<std::uint8_t>(from[i]);
  }
  if (bits >> 7 == 0) {
    note_zero(std::all_of(scores.begin(), scores.end(), [](std::int64_t score) { return score == 0; }));
    return nullptr;
  }
  return &*std::find_if(scores.begin(), scores.end(), [](std::int64_t score) { return !scoring::in_range(score); });
}

}  // namespace berth::scoring
