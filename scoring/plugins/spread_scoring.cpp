#include "scoring/plugins/spread_scoring.hpp"

#include "scoring/column_math.hpp"
#include "scoring/plugins/go_log.hpp"
#include "scoring/plugins/normalized.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace berth::scoring {

namespace {

// By domain, which have one of these nodes that are not ignored; each such node is in one.
struct domains_seen {
  std::vector<bool> seen;
  std::size_t count = 0;
};

domains_seen domains_of(const topology& by, std::span<const node_id> nodes, const node_set& ignored) {
  domains_seen found{std::vector<bool>(by.size()), 0};
  for (const node_id n : nodes) {
    if (found.count == by.in_use()) break;  // all there are
    if (ignored.contains(n)) continue;
    const domain_id d = by.of(n);
    if (found.seen[d]) continue;
    found.seen[d] = true;
    ++found.count;
  }
  return found;
}

// In how many domains the nodes are that can be chosen.
std::size_t size_of(const soft_spread::constraint& c, std::span<const node_id> feasible, const node_set& ignored) {
  if (!c.by_host) return domains_of(c.placed->by(), feasible, ignored).count;
  const auto is_ignored = [&](node_id n) { return ignored.contains(n); };
  return feasible.size() -
         (ignored.empty() ? 0 : static_cast<std::size_t>(std::count_if(feasible.begin(), feasible.end(), is_ignored)));
}

// As std::round of what is not negative, without a call.
std::int64_t rounded(double score) {
  const auto whole = static_cast<std::int64_t>(score);
  return score - static_cast<double>(whole) >= 0.5 ? whole + 1 : whole;
}

std::int64_t normalized(std::int64_t score, std::int64_t low, std::int64_t high) {
  return high == 0 ? max_node_score : max_node_score * (high + low - score) / high;
}

}  // namespace

spread_scoring::spread_scoring(std::shared_ptr<const soft_spread> soft, const cluster& nodes,
                               std::span<const node_id> feasible)
    : soft_(std::move(soft)) {
  auto ignored = std::make_shared<node_set>(soft_->ignored(nodes));
  for (const soft_spread::constraint& c : soft_->constraints)
    weights_.push_back(go_log(static_cast<double>(size_of(c, feasible, *ignored) + 2)));
  ignored_ = std::move(ignored);
}

void spread_scoring::score(std::size_t universe, score_column& column) const {
  // Nobody but normalize reads raw scores, and where they go by domain it works them out by domain.
  if (!by_domain(column)) score_nodes(universe, column);
}

// Whether all nodes of a domain have one score, and each node is in a domain.
bool spread_scoring::by_domain(const score_column& column) const {
  return soft_->constraints.size() == 1 && soft_->all_keys && ignored_->empty() &&
         soft_->constraints.front().placed->by().in_use() < column.nodes().size();
}

// What a constraint adds to the score of a node in a domain with so many pods.
double spread_scoring::share(std::size_t i, std::int64_t pods) const {
  return static_cast<double>(pods) * weights_[i] + static_cast<double>(soft_->constraints[i].rule.max_skew - 1);
}

void spread_scoring::score_nodes(std::size_t universe, score_column& column) const {
  for (std::size_t k = 0; k < column.nodes().size(); ++k) {
    const node_id n = column.nodes()[k];
    if (ignored_->contains(n)) continue;
    double score = 0;
    for (std::size_t i = 0; i < soft_->constraints.size(); ++i) {
      const soft_spread::constraint& c = soft_->constraints[i];
      if (soft_->all_keys || c.labelled->nodes(universe).contains(n)) score += share(i, c.placed->on(n));
    }
    column.scores()[k] = rounded(score);
  }
}

std::vector<std::int64_t> spread_scoring::of_domains() const {
  const tally& placed = *soft_->constraints.front().placed;
  std::vector<std::int64_t> of(placed.by().size());
  for (domain_id d = 0; d < of.size(); ++d) of[d] = rounded(share(0, placed.at(d)));
  return of;
}

// Each node has what its domain has.
void spread_scoring::hand_out(const std::vector<std::int64_t>& of, score_column& column) const {
  const domain_id* const domains = soft_->constraints.front().placed->by().column().data();
  const std::int64_t* const score_of = of.data();
  const std::size_t count = column.nodes().size();
  const node_id* const nodes = column.nodes().data();
  std::int64_t* const scores = column.scores().data();
  if (const domain_id* const theirs = domains + nodes[0]; column.contiguous())
#pragma GCC unroll 8
    for (std::size_t k = 0; k < count; ++k) scores[k] = score_of[theirs[k]];
  else
    for (std::size_t k = 0; k < count; ++k) scores[k] = score_of[domains[nodes[k]]];
}

void spread_scoring::normalize_domains(score_column& column) const {
  std::vector<std::int64_t> of = of_domains();
  const std::vector<bool> seen = domains_of(soft_->constraints.front().placed->by(), column.nodes(), *ignored_).seen;
  std::int64_t low = std::numeric_limits<std::int64_t>::max(), high = 0;
  for (domain_id d = 0; d < of.size(); ++d) {
    if (!seen[d]) continue;
    low = std::min(low, of[d]);
    high = std::max(high, of[d]);
  }
  for (domain_id d = 0; d < of.size(); ++d)
    if (seen[d]) of[d] = normalized(of[d], low, high);
  hand_out(of, column);
}

void spread_scoring::normalize(score_column& column) const {
  if (by_domain(column)) return normalize_domains(column);
  const node_set& ignored = *ignored_;
  const bool some_ignored = !ignored.empty();
  std::int64_t low = std::numeric_limits<std::int64_t>::max();
  std::int64_t high = 0;
  if (!some_ignored && !column.nodes().empty()) {
    const extent of_all = extent_of(column.scores());
    low = of_all.least;
    high = std::max<std::int64_t>(0, of_all.most);
  }
  for (std::size_t k = 0; some_ignored && k < column.nodes().size(); ++k) {
    if (ignored.contains(column.nodes()[k])) continue;
    low = std::min(low, column.scores()[k]);
    high = std::max(high, column.scores()[k]);
  }
  replace_each(column.scores(), some_ignored ? 0 : low, high,
               [&](std::int64_t score) { return normalized(score, low, high); });
  for (std::size_t k = 0; some_ignored && k < column.nodes().size(); ++k)
    if (ignored.contains(column.nodes()[k])) column.scores()[k] = 0;
}

}  // namespace berth::scoring
