#include "scoring/engine/score_answers.hpp"

#include "scoring/column_math.hpp"
#include "scoring/engine/scan.hpp"

#include <algorithm>
#include <array>

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
                                  cycle_state& cycle, const node_set& feasible, std::span<const node_id> list,
                                  scratch& work) {
  forget(nodes, work.changed);
  if (odd_) return {};
  std::span<const node_id> unknown = list;
  if (!known_.empty()) {
    feasible.list_without(known_, work.unknown);
    unknown = work.unknown;
  }
  if (unknown.empty()) return {};
  std::string error = ask(of, pod, nodes, cycle, unknown, work);
  if (!error.empty()) return error;
  if (unknown.size() < node_set::word_bits)
    for (const node_id n : unknown) known_.insert(n);
  else
    known_ |= feasible;
  return {};
}

std::string score_answers::ask(const at_point<score_plugin>& of, const pod_info& pod, const cluster& nodes,
                               cycle_state& cycle, std::span<const node_id> unknown, scratch& work) {
  // Whole blocks, so that loops over a block need no end.
  const std::size_t rows = known_.words().size() * node_set::word_bits;
  relative() ? raw_.resize(rows, 0) : in_range_.resize(rows, 0);
  if (in_bytes_) {
    taken bytes = ask_bytes(of, pod, nodes, cycle, unknown, work.bytes);
    if (bytes.all || !bytes.error.empty()) return std::move(bytes.error);
  }
  work.scores.assign(unknown.size(), 0);
  score_column column(unknown, work.scores);
  const status s = of.ask<&score_plugin::score>(pod, nodes, cycle, column);
  if (!s.is_ok()) return score_failed(of.self->name(), s);
  if (relative())
    store_raw(unknown, work.scores);
  else if (const std::int64_t* wrong = store_in_range(unknown, work.scores))
    return score_out_of_range(of.self->name(), *wrong);
  return {};
}

score_answers::taken score_answers::ask_bytes(const at_point<score_plugin>& of, const pod_info& pod,
                                              const cluster& nodes, cycle_state& cycle,
                                              std::span<const node_id> unknown, std::vector<std::uint8_t>& bytes) {
  const bool neighbours = unknown.back() - unknown.front() + 1 == unknown.size();
  if (!neighbours) bytes.resize(unknown.size());
  const std::span<std::uint8_t> scores =
      neighbours ? std::span(in_range_).subspan(unknown.front(), unknown.size()) : std::span(bytes);
  std::fill(scores.begin(), scores.end(), 0);
  byte_column column(unknown, scores);
  const status s = of.ask<&score_plugin::score_bytes>(pod, nodes, cycle, column);
  if (s.what == code::skip) return {};
  if (!s.is_ok()) return {false, score_failed(of.self->name(), s)};
  const std::uint8_t most = largest_of(scores);
  if (!scoring::in_range(most)) return {false, score_out_of_range(of.self->name(), most)};
  note_zero(most == 0);
  if (!neighbours)
    for (std::size_t i = 0; i < unknown.size(); ++i) in_range_[unknown[i]] = scores[i];
  return {true, {}};
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

// The first score out of range, or nullptr.
const std::int64_t* score_answers::store_in_range(std::span<const node_id> at, std::span<const std::int64_t> scores) {
  constexpr std::size_t block = 256;
  bool in_range = true, all_zero = true;
  std::array<std::uint8_t, block> some;
  for (std::size_t i = 0; i < scores.size(); i += block) {
    const std::span<const node_id> nodes = at.subspan(i, std::min(block, scores.size() - i));
    const bool neighbours = nodes.back() - nodes.front() + 1 == nodes.size();
    const std::span<std::uint8_t> to =
        neighbours ? std::span(in_range_).subspan(nodes.front(), nodes.size()) : std::span(some).first(nodes.size());
    const narrowed found = narrow(scores.subspan(i, nodes.size()), max_node_score, to);
    in_range &= found.in_range;
    all_zero &= found.all_zero;
    if (!neighbours)
      for (std::size_t k = 0; k < nodes.size(); ++k) in_range_[nodes[k]] = some[k];
  }
  if (in_range) {
    note_zero(all_zero);
    return nullptr;
  }
  return &*std::find_if(scores.begin(), scores.end(), [](std::int64_t score) { return !scoring::in_range(score); });
}

}  // namespace berth::scoring
