#include "scoring/engine/score_board.hpp"

#include "scoring/column_math.hpp"
#include "scoring/engine/draw.hpp"
#include "scoring/engine/kept_filters.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

namespace berth::scoring {

namespace {

constexpr std::size_t block_size = node_set::word_bits;

}  // namespace

std::vector<kept_score> kept_scores(const lineup& plugins) {
  std::vector<kept_score> kept;
  for (std::size_t i = 0; i < plugins.score.size(); ++i)
    if (can_be_kept(plugins.score[i].reads) && plugins.scalings[i] != scaling::own)
      kept.push_back({i, plugins.scalings[i], plugins.weights[i], plugins.in_bytes[i]});
  return kept;
}

score_board::score_board(const std::vector<kept_score>& kept) {
  for (const kept_score& k : kept) columns_.push_back({nullptr, k.weight, k.at, 0, 0, {}});
}

void score_board::serve(const std::vector<std::shared_ptr<score_answers>>& answers) {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    columns_[i].answers = answers.empty() ? nullptr : answers[i];
    columns_[i].epoch = 0;
    columns_[i].largest = 0;
    columns_[i].block_largest.clear();
  }
  asked_.clear();
  feasible_.clear();
}

void score_board::resize(std::size_t universe) {
  const std::size_t blocks = (universe + block_size - 1) / block_size;
  blocks_.resize(blocks);
  feasible_.resize(universe);
  touched_.resize(blocks);
}

void score_board::find_largest(column& c, std::size_t at) {
  std::int32_t largest = 0;
  for (node_set::word rest = feasible_.words()[at]; rest != 0; rest &= rest - 1)
    largest = std::max(largest, c.answers->raw()[at * block_size + static_cast<std::size_t>(std::countr_zero(rest))]);
  c.block_largest[at] = largest;
}

// Whether the share of each node is another now, though its raw score may be the same.
bool score_board::largest_moves(column& c, bool all) {
  std::int32_t largest = 0;
  if (!c.answers->all_zero()) {
    all |= c.block_largest.empty();
    c.block_largest.resize(blocks_.size(), 0);
    for (std::size_t at = 0; at < blocks_.size(); ++at)
      if (all || touched_.contains(static_cast<node_id>(at))) find_largest(c, at);
    if (!c.block_largest.empty()) largest = *std::max_element(c.block_largest.begin(), c.block_largest.end());
  }
  return std::exchange(c.largest, largest) != largest;
}

// Where all raw scores are 0, all nodes get the same.
std::int64_t score_board::given_to_all(const column& c) noexcept {
  return c.answers->how() == scaling::by_largest_reversed ? c.weight * max_node_score : 0;
}

void score_board::add_relative(const column& c, std::size_t first, std::int64_t* sum) {
  const bool reversed = c.answers->how() == scaling::by_largest_reversed;
  // As percent(): whole numbers far below 2^53, so the quotient of doubles cuts off where the integers' does.
  const std::int32_t* const row = c.answers->raw().data() + first;
  const double largest = c.largest;
  for (std::size_t j = 0; j < block_size; ++j) {
    const auto share = row[j] == 0 ? 0 : static_cast<std::int64_t>(100.0 * row[j] / largest);
    sum[j] += c.weight * (reversed ? max_node_score - share : share);
  }
}

void score_board::look_over_columns() {
  constexpr std::int64_t most = std::numeric_limits<std::uint16_t>::max();
  same_ = 0;
  small_ = true;
  summands_.clear();
  std::int64_t highest = 0;
  for (const column& c : columns_) {
    if (!counts(c)) continue;
    if (c.answers->relative()) {
      if (c.largest == 0)
        same_ += given_to_all(c);
      else
        small_ = false;
    } else if (!c.answers->all_zero()) {
      highest = std::min(most, highest) + max_node_score * std::min(most, c.weight);
      summands_.push_back({c.answers->in_range().data(), static_cast<std::uint16_t>(c.weight)});
    }
  }
  small_ = small_ && highest <= most;
  const std::size_t rows = blocks_.size() * block_size;
  if (small_) {
    small_totals_.resize(rows, 0);
    totals_ = {};
  } else {
    totals_.resize(rows, 0);
    small_totals_ = {};
  }
}

void score_board::add_up_small(std::size_t at) {
  const std::size_t first = at * block_size;
  blocks_[at] = scoring::add_up(summands_, first, feasible_.words()[at],
                                std::span<std::uint16_t, block_size>(small_totals_.data() + first, block_size));
  blocks_[at].best += same_;
}

void score_board::add_up_any(std::size_t at) {
  const std::size_t first = at * block_size;
  const std::span<std::int64_t, block_size> sum(totals_.data() + first, block_size);
  std::fill(sum.begin(), sum.end(), same_);
  for (const column& c : columns_) {
    if (!counts(c) || c.answers->all_zero()) continue;
    if (!c.answers->relative())
      add_rows(c.answers->in_range().subspan(first).first<block_size>(), c.weight, sum);
    else if (c.largest != 0)
      add_relative(c, first, sum.data());
  }
  blocks_[at] = find_best(sum, feasible_.words()[at]);
}

void score_board::add_up(std::size_t at) {
  if (feasible_.words()[at] == 0)
    blocks_[at] = {};
  else
    small_ ? add_up_small(at) : add_up_any(at);
}

std::string score_board::update(const lineup& plugins, const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                                const std::vector<bool>& asked, const node_set& feasible, std::span<const node_id> list,
                                const changed_nodes& changed, score_answers::scratch& work) {
  resize(nodes.universe());
  bool all = std::exchange(asked_, asked) != asked;
  all |= changed.all;
  for (column& c : columns_) {
    if (!asked[c.at]) continue;
    std::string error = c.answers->update(plugins.score[c.at], pod, nodes, cycle, feasible, list, work);
    if (!error.empty()) return error;
    all |= std::exchange(c.epoch, c.answers->epoch()) != c.answers->epoch();
  }

  // A block is added up anew when a score in it or its members changed, or what all totals rest on.
  touched_.clear();
  for (const node_id n : changed.some) touched_.insert(static_cast<node_id>(n / block_size));
  if (feasible_ != feasible) {
    for (std::size_t at = 0; at < blocks_.size(); ++at)
      if (feasible_.words()[at] != feasible.words()[at]) touched_.insert(static_cast<node_id>(at));
    feasible_ = feasible;
  }
  for (column& c : columns_)
    if (c.answers->relative() && counts(c)) all |= largest_moves(c, all);
  look_over_columns();
  if (all)
    for (std::size_t at = 0; at < blocks_.size(); ++at) add_up(at);
  else
    touched_.for_each([this](node_id at) { add_up(at); });
  return {};
}

void score_board::add_totals(std::span<const node_id> list, std::span<std::int64_t> sums) const {
  const std::size_t count = list.size();
  const node_id* const at = list.data();
  std::int64_t* const to = sums.data();
  if (small_ && list.back() - list.front() + 1 == count) {
    add_widened(std::span(small_totals_).subspan(list.front(), count), same_, sums);
  } else if (small_) {
    const std::uint16_t* const from = small_totals_.data();
    for (std::size_t i = 0; i < count; ++i) to[i] += same_ + from[at[i]];
  } else {
    const std::int64_t* const from = totals_.data();
    for (std::size_t i = 0; i < count; ++i) to[i] += from[at[i]];
  }
}

node_id score_board::pick(std::mt19937_64& random) const {
  drawn one = draw(blocks_, random);
  for (node_set::word rest = feasible_.words()[one.block];; rest &= rest - 1) {
    const auto n = static_cast<node_id>(one.block * block_size + static_cast<std::size_t>(std::countr_zero(rest)));
    if (total(n) == one.best && one.nth-- == 0) return n;
  }
}

std::vector<node_id> score_board::best(std::size_t how_many) const {
  std::vector<node_id> found;
  if (how_many == 0) return found;
  const auto higher = [this](node_id a, node_id b) { return total(a) > total(b); };
  for (std::size_t at = 0; at < blocks_.size(); ++at) {
    if (blocks_[at].ties == 0) continue;
    if (found.size() == how_many && blocks_[at].best <= total(found.back())) continue;
    for (node_set::word rest = feasible_.words()[at]; rest != 0; rest &= rest - 1) {
      const auto n = static_cast<node_id>(at * block_size + static_cast<std::size_t>(std::countr_zero(rest)));
      if (found.size() == how_many) {
        if (!higher(n, found.back())) continue;
        found.pop_back();
      }
      found.insert(std::upper_bound(found.begin(), found.end(), n, higher), n);
    }
  }
  return found;
}

std::int64_t score_board::weighted(std::size_t i, node_id n) const {
  const column& c = columns_[i];
  if (!c.answers->relative()) return c.weight * c.answers->in_range()[n];
  const bool reversed = c.answers->how() == scaling::by_largest_reversed;
  const std::int64_t share = c.largest == 0 ? 0 : percent(c.answers->raw()[n], c.largest);
  return c.weight * (reversed ? max_node_score - share : share);
}

}  // namespace berth::scoring
