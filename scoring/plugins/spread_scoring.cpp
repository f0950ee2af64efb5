#include "scoring/plugins/spread_scoring.hpp"

#include "scoring/column_math.hpp"
#include "scoring/plugins/go_log.hpp"
#include "scoring/plugins/normalized.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace berth::scoring {

namespace {

// In how many domains the nodes are that can be chosen.
std::size_t size_of(const soft_spread::constraint& c, std::span<const node_id> feasible, const node_set& ignored) {
  const auto is_ignored = [&](node_id n) { return ignored.contains(n); };
  if (c.by_host)
    return feasible.size() -
           (ignored.empty() ? 0
                            : static_cast<std::size_t>(std::count_if(feasible.begin(), feasible.end(), is_ignored)));
  std::vector<bool> seen(c.placed->by().size());
  std::size_t size = 0;
  for (const node_id n : feasible) {
    if (size == c.placed->by().in_use()) break;  // all there are
    if (is_ignored(n)) continue;
    const domain_id d = c.placed->domain(n);
    if (seen[d]) continue;
    seen[d] = true;
    ++size;
  }
  return size;
}

// As std::round of what is not negative, without a call.
std::int64_t rounded(double score) {
  const auto whole = static_cast<std::int64_t>(score);
  return score - static_cast<double>(whole) >= 0.5 ? whole + 1 : whole;
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
  if (soft_->constraints.size() == 1 && soft_->constraints.front().placed->by().in_use() < column.nodes().size())
    score_domains(universe, column);
  else
    score_nodes(universe, column);
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

// The same for a single constraint: all nodes of a domain have one score.
void spread_scoring::score_domains(std::size_t universe, score_column& column) const {
  const soft_spread::constraint& c = soft_->constraints.front();
  std::vector<std::int64_t> of(c.placed->by().size());
  for (domain_id d = 0; d < of.size(); ++d) of[d] = rounded(share(0, c.placed->at(d)));
  const std::size_t count = column.nodes().size();
  const node_id* const nodes = column.nodes().data();
  std::int64_t* const scores = column.scores().data();
  const std::int64_t* const score_of = of.data();
  const node_set& labelled = c.labelled->nodes(universe);
  const domain_id* const domains = c.placed->by().column().data();
  if (ignored_->empty() && soft_->all_keys) {  // all have the label
    for (std::size_t k = 0; k < count; ++k) scores[k] = score_of[domains[nodes[k]]];
    return;
  }
  for (std::size_t k = 0; k < count; ++k)
    if (labelled.contains(nodes[k])) scores[k] = score_of[domains[nodes[k]]];
}

void spread_scoring::normalize(score_column& column) const {
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
  replace_each(column.scores(), some_ignored ? 0 : low, high, [&](std::int64_t score) {
    return high == 0 ? max_node_score : max_node_score * (high + low - score) / high;
  });
  for (std::size_t k = 0; some_ignored && k < column.nodes().size(); ++k)
    if (ignored.contains(column.nodes()[k])) column.scores()[k] = 0;
}

}  // namespace berth::scoring
