#include "scoring/engine/score_report.hpp"

#include <algorithm>
#include <utility>

namespace berth::scoring {

score_report::score_report(observer* by, const lineup& plugins, const std::vector<bool>& scored,
                           std::span<const node_id> list)
    : by_(by), plugins_(plugins), scored_(scored), list_(list) {
  if (by_ != nullptr) most_ = std::min(by_->scores_wanted(), list.size());
  if (wanted()) asked_.resize(plugins.score.size());
}

void score_report::tell(const cluster& nodes, const score_board* board, const std::vector<kept_score>& kept,
                        std::span<const std::int64_t> totals, node_id chosen) const {
  if (!wanted()) return;
  std::vector<candidate> all;
  all.reserve(list_.size());
  for (std::size_t i = 0; i < list_.size(); ++i) all.push_back({list_[i], totals[i]});
  const auto comes_first = [chosen](const candidate& a, const candidate& b) {
    if ((a.node == chosen) != (b.node == chosen)) return a.node == chosen;
    return a.total != b.total ? a.total > b.total : a.node < b.node;
  };
  const auto end = all.begin() + static_cast<std::ptrdiff_t>(most_);
  std::partial_sort(all.begin(), end, all.end(), comes_first);
  all.erase(end, all.end());
  tell(nodes, board, kept, std::move(all));
}

void score_report::tell(const cluster& nodes, const score_board& board, const std::vector<kept_score>& kept,
                        node_id chosen) const {
  if (!wanted()) return;
  std::vector<candidate> best{{chosen, board.total(chosen)}};
  for (const node_id n : board.best(most_))
    if (n != chosen && best.size() < most_) best.push_back({n, board.total(n)});
  tell(nodes, &board, kept, std::move(best));
}

void score_report::tell(const cluster& nodes, const score_board* board, const std::vector<kept_score>& kept,
                        std::vector<candidate> best) const {
  score_table table;
  for (std::size_t at = 0; at < scored_.size(); ++at)
    if (scored_[at]) table.plugins.push_back(plugins_.score[at].self->name());
  if (opinion_ != nullptr) table.plugins.push_back(extenders_column);
  table.rows.reserve(best.size());
  for (const candidate& c : best) {
    score_table::row& row = table.rows.emplace_back();
    row.weighted.reserve(table.plugins.size());
    row.node = nodes.node(c.node).name;
    row.total = c.total;
    for (std::size_t at = 0; at < scored_.size(); ++at)
      if (scored_[at]) row.weighted.push_back(weighted(at, c.node, board, kept));
    if (opinion_ == nullptr) continue;
    const auto given = opinion_->scores.find(std::string(row.node));
    row.weighted.push_back(given == opinion_->scores.end() ? 0 : given->second);
  }
  by_->scored(table);
}

std::int64_t score_report::weighted(std::size_t at, node_id n, const score_board* board,
                                    const std::vector<kept_score>& kept) const {
  if (!asked_[at].empty()) {
    const auto where = std::lower_bound(list_.begin(), list_.end(), n) - list_.begin();
    return asked_[at][static_cast<std::size_t>(where)];
  }
  const auto k = std::find_if(kept.begin(), kept.end(), [at](const kept_score& one) { return one.at == at; });
  return board->weighted(static_cast<std::size_t>(k - kept.begin()), n);
}

}  // namespace berth::scoring
