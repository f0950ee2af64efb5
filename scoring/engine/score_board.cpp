#include "scoring/engine/score_board.hpp"

#include "scoring/column_math.hpp"
#include "scoring/engine/scan.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <type_traits>

namespace berth::scoring {

namespace {

constexpr std::size_t block_size = node_set::word_bits;

bool is_relative(scaling how) { return how == scaling::by_largest || how == scaling::by_largest_reversed; }

}  // namespace

std::vector<kept_score> kept_scores(const lineup& plugins) {
  std::vector<kept_score> kept;
  for (std::size_t i = 0; i < plugins.score.size(); ++i) {
    const dependencies d = plugins.score[i].reads;
    const scaling how = plugins.scalings[i];
    if (d.of_cluster == reach::anywhere || (d.of_pod & pod_identity) != 0 || how == scaling::own) continue;
    kept.push_back({i, how, d.of_cluster == reach::all_nodes, plugins.weights[i]});
  }
  return kept;
}

std::size_t score_board::bytes_per_node(const std::vector<kept_score>& kept) {
  std::size_t bytes = sizeof(std::int64_t) + 1;
  for (const kept_score& k : kept) bytes += is_relative(k.how) ? sizeof(std::int32_t) : 1;
  return bytes;
}

void score_board::forget(const changed_nodes& changed) {
  if (!changed.all && changed.some.empty()) return;
  for (column& c : columns_) {
    if (changed.all) {
      c.known.clear();
      c.odd = false;
    } else {
      c.known.resize(changed.some.universe());
      c.known -= changed.some;
    }
  }
  if (changed.all) asked_.clear();  // and so all is added up anew
}

void score_board::resize(const std::vector<kept_score>& kept, std::size_t universe) {
  columns_.resize(kept.size());
  const std::size_t blocks = (universe + block_size - 1) / block_size;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    column& c = columns_[i];
    c.known.resize(universe);
    // Whole blocks, so that loops over a block need no end.
    if (is_relative(kept[i].how)) {
      c.raw.resize(blocks * block_size, 0);
      c.block_largest.resize(blocks, 0);
    } else {
      c.in_range.resize(blocks * block_size, 0);
    }
  }
  totals_.resize(blocks * block_size, 0);
  blocks_.resize(blocks);
  feasible_.resize(universe);
}

std::string score_board::ask(const kept_score& k, column& c, const lineup& plugins, const pod_info& pod,
                             const cluster& nodes, cycle_state& cycle, const node_set& about) {
  const auto& p = plugins.score[k.at];
  if (listed_ != about) {
    listed_ = about;
    about.list(list_);
  }
  scores_.assign(list_.size(), 0);
  score_column asked_for(list_, scores_);
  const status s = p.ask<&score_plugin::score>(pod, nodes, cycle, asked_for);
  if (!s.is_ok()) return score_failed(p.self->name(), s);
  c.known |= about;

  // One pass that stores and gathers the bits by which a score beyond the range shows: 101 + 27 needs an eighth bit.
  std::uint64_t bits = 0;
  const auto store = [&](auto* rows, std::int64_t headroom) {
    using row = std::remove_pointer_t<decltype(rows)>;
    const std::int64_t* const from = scores_.data();
    const node_id* const at = list_.data();
    for (std::size_t i = 0, n = scores_.size(); i < n; ++i) {
      bits |= static_cast<std::uint64_t>(from[i]) | static_cast<std::uint64_t>(from[i] + headroom);
      rows[at[i]] = static_cast<row>(from[i]);
    }
  };
  if (is_relative(k.how)) {
    store(c.raw.data(), 0);
    c.odd = bits >> 31 != 0;
    return {};
  }
  store(c.in_range.data(), 127 - max_node_score);
  if (bits >> 7 == 0) return {};
  const auto worst = std::find_if(scores_.begin(), scores_.end(), [](std::int64_t score) { return !in_range(score); });
  return score_out_of_range(p.self->name(), *worst);
}

void score_board::find_largest(column& c, std::size_t at) {
  std::int32_t largest = 0;
  for (node_set::word rest = feasible_.words()[at]; rest != 0; rest &= rest - 1)
    largest = std::max(largest, c.raw[at * block_size + static_cast<std::size_t>(std::countr_zero(rest))]);
  c.block_largest[at] = largest;
}

void score_board::add_up(const std::vector<kept_score>& kept, std::size_t at) {
  const node_set::word members = feasible_.words()[at];
  block& b = blocks_[at] = {};
  if (members == 0) return;

  const std::size_t first = at * block_size;
  std::int64_t* const sum = totals_.data() + first;
  std::fill(sum, sum + block_size, 0);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    const column& c = columns_[i];
    if (!asked_[kept[i].at] || c.odd) continue;
    const std::int64_t weight = kept[i].weight;
    if (!is_relative(kept[i].how)) {
      const std::uint8_t* const row = c.in_range.data() + first;
      if (weight == 1)
        for (std::size_t j = 0; j < block_size; ++j) sum[j] += row[j];
      else
        for (std::size_t j = 0; j < block_size; ++j) sum[j] += weight * row[j];
    } else if (const bool reversed = kept[i].how == scaling::by_largest_reversed; c.largest == 0) {
      const std::int64_t same = reversed ? weight * max_node_score : 0;
      for (std::size_t j = 0; j < block_size; ++j) sum[j] += same;
    } else {
      // As percent(): whole numbers far below 2^53, so the quotient of doubles cuts off where the integers' does.
      const std::int32_t* const row = c.raw.data() + first;
      const double largest = c.largest;
      for (std::size_t j = 0; j < block_size; ++j) {
        const auto share = row[j] == 0 ? 0 : static_cast<std::int64_t>(100.0 * row[j] / largest);
        sum[j] += weight * (reversed ? max_node_score - share : share);
      }
    }
  }
  b.best = std::numeric_limits<std::int64_t>::min();
  for (node_set::word rest = members; rest != 0; rest &= rest - 1) {
    const std::int64_t total = sum[std::countr_zero(rest)];
    b.ties = total > b.best ? 1 : b.ties + (total == b.best ? 1u : 0u);
    b.best = std::max(b.best, total);
  }
}

std::string score_board::update(const std::vector<kept_score>& kept, const lineup& plugins, const pod_info& pod,
                                const cluster& nodes, cycle_state& cycle, const std::vector<bool>& asked,
                                const node_set& feasible) {
  resize(kept, nodes.universe());
  bool all = asked != asked_;
  asked_ = asked;
  node_set unknown;
  node_set asked_anew(nodes.universe());
  for (std::size_t i = 0; i < kept.size(); ++i) {
    column& c = columns_[i];
    if (!asked[kept[i].at] || c.odd) continue;
    if (kept[i].of_all_nodes && c.generation != nodes.node_generation()) {
      c.known.clear();
      c.generation = nodes.node_generation();
    }
    unknown = feasible;
    unknown -= c.known;
    if (unknown.empty()) continue;
    std::string error = ask(kept[i], c, plugins, pod, nodes, cycle, unknown);
    if (!error.empty()) return error;
    all |= c.odd;
    asked_anew |= unknown;
  }

  // A block is added up anew when a score in it or its members changed, or what all totals rest on.
  std::vector<bool> touched(blocks_.size());
  for (std::size_t at = 0; at < blocks_.size(); ++at)
    touched[at] = all || asked_anew.words()[at] != 0 || feasible_.words()[at] != feasible.words()[at];
  feasible_ = feasible;

  for (std::size_t i = 0; i < kept.size(); ++i) {
    column& c = columns_[i];
    if (!is_relative(kept[i].how) || !asked[kept[i].at] || c.odd) continue;
    for (std::size_t at = 0; at < blocks_.size(); ++at)
      if (touched[at]) find_largest(c, at);
    const std::int32_t largest =
        c.block_largest.empty() ? 0 : *std::max_element(c.block_largest.begin(), c.block_largest.end());
    all |= largest != c.largest;
    c.largest = largest;
  }
  for (std::size_t at = 0; at < blocks_.size(); ++at)
    if (all || touched[at]) add_up(kept, at);
  return {};
}

node_id score_board::pick(std::mt19937_64& random) const {
  std::int64_t best = std::numeric_limits<std::int64_t>::min();
  std::size_t ties = 0;
  for (const block& b : blocks_) {
    if (b.ties == 0 || b.best < best) continue;
    ties = b.best == best ? ties + b.ties : b.ties;
    best = b.best;
  }
  std::size_t nth = std::uniform_int_distribution<std::size_t>(0, ties - 1)(random);
  for (std::size_t at = 0; at < blocks_.size(); ++at) {
    const block& b = blocks_[at];
    if (b.ties == 0 || b.best != best) continue;
    if (nth >= b.ties) {
      nth -= b.ties;
      continue;
    }
    for (node_set::word rest = feasible_.words()[at]; rest != 0; rest &= rest - 1) {
      const std::size_t n = at * block_size + static_cast<std::size_t>(std::countr_zero(rest));
      if (totals_[n] == best && nth-- == 0) return static_cast<node_id>(n);
    }
  }
  return no_node;
}

std::vector<node_id> score_board::best(std::size_t how_many) const {
  std::vector<node_id> found;
  if (how_many == 0) return found;
  const auto higher = [this](node_id a, node_id b) { return totals_[a] > totals_[b]; };
  for (std::size_t at = 0; at < blocks_.size(); ++at) {
    if (blocks_[at].ties == 0) continue;
    if (found.size() == how_many && blocks_[at].best <= totals_[found.back()]) continue;
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

std::int64_t score_board::weighted(const kept_score& k, std::size_t i, node_id n) const {
  const column& c = columns_[i];
  if (!is_relative(k.how)) return k.weight * c.in_range[n];
  const bool reversed = k.how == scaling::by_largest_reversed;
  const std::int64_t share = c.largest == 0 ? 0 : percent(c.raw[n], c.largest);
  return k.weight * (reversed ? max_node_score - share : share);
}

}  // namespace berth::scoring
