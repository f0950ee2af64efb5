#include "scoring/engine/engine.hpp"

#include "scoring/column_math.hpp"
#include "scoring/engine/draw.hpp"
#include "scoring/engine/observer.hpp"
#include "scoring/engine/scan.hpp"
#include "scoring/engine/trial.hpp"
#include "scoring/engine/verdict.hpp"

#include <algorithm>

namespace berth::scoring {

engine::engine(const lineup& plugins, std::optional<std::int32_t> percentage)
    : plugins_(plugins),
      runs_(filter_runs(plugins)),
      kept_(kept_scores(plugins)),
      percentage_(percentage),
      classes_(plugins, runs_, kept_) {}

decision engine::schedule(const pod_info& pod, const cluster& nodes, cycle_state& cycle, std::mt19937_64& random,
                          const extender_opinion* opinion) {
  const auto nominate = [](const std::string& name) { return placement{name, 1, 1}; };
  const auto finish = [&](outcome& out) -> decision {
    if (percentage_ && opinion == nullptr)
      sample(nodes, plugins_.score.empty() ? 1 : node_window::wanted(*percentage_, out.evaluated), out);
    return choose(pod, nodes, cycle, random, opinion, out);
  };
  return judge<decision>(pod, nodes, cycle, opinion, opinion == nullptr, nominate, finish);
}

shortlist engine::find_candidates(const pod_info& pod, const cluster& nodes, cycle_state& cycle, bool nominated_first) {
  const auto nominate = [](const std::string& name) { return candidates{{name}, 1, true}; };
  const auto finish = [&](outcome& out) -> shortlist {
    if (percentage_) sample(nodes, node_window::wanted(*percentage_, out.evaluated), out);
    candidates found;
    found.evaluated = out.evaluated;
    out.feasible.for_each([&](node_id n) { found.nodes.push_back(nodes.node(n).name); });
    return found;
  };
  return judge<shortlist>(pod, nodes, cycle, nullptr, nominated_first, nominate, finish);
}

template <class Result, class Nominate, class Finish>
Result engine::judge(const pod_info& pod, const cluster& nodes, cycle_state& cycle, const extender_opinion* opinion,
                     bool nominated_first, Nominate nominate, Finish finish) {
  diagnosis why;
  why.node_count = nodes.node_count();
  if (nodes.node_count() == 0) return why;

  observed_stage looking(cycle.watcher(), stage::pre_filter);
  pre_filter_outcome first = run_pre_filter(plugins_, pod, nodes, cycle);
  looking.ended(!first.error.empty() ? code::error : first.rejection ? first.rejection->what : code::success);
  if (!first.error.empty()) return cycle_error{first.error};
  if (first.rejection) {
    enter_rejection(why, first, nodes);
    run_post_filter(plugins_, pod, nodes, cycle, first, why);
    return why;
  }
  if (nominated_first && !pod.pod->nominated_node_name.empty()) {
    const node_id n = nodes.find_node(pod.pod->nominated_node_name);
    if (n != no_node && fits_nominated(pod, n, nodes, cycle, first)) return nominate(nodes.node(n).name);
  }

  outcome filtered;
  Result made = cycle_error{};
  try {
    made = filter_and<Result>(pod, nodes, cycle, first, opinion, filtered, finish);
  } catch (...) {
    if (filtered.kept != nullptr) classes_.drop_last();
    throw;
  }
  if (filtered.kept != nullptr && std::holds_alternative<cycle_error>(made)) classes_.drop_last();
  if (auto* none = std::get_if<diagnosis>(&made)) run_post_filter(plugins_, pod, nodes, cycle, first, *none);
  return made;
}

template <class Result, class Finish>
Result engine::filter_and(const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                          const pre_filter_outcome& first, const extender_opinion* opinion, outcome& out,
                          Finish finish) {
  observed_stage filtering(cycle.watcher(), stage::filter);
  std::string error = filter(pod, nodes, cycle, first, out);
  filtering.ended(!error.empty() ? code::error : out.feasible.empty() ? code::unschedulable : code::success);
  if (!error.empty()) return cycle_error{std::move(error)};
  if (opinion == nullptr) {
    if (out.feasible.empty()) return explain(nodes, first, out);
    return finish(out);
  }
  node_set dropped = out.feasible;
  out.feasible &= still_there(*opinion, nodes);
  out.evaluated = opinion->evaluated;
  if (!out.feasible.empty()) return finish(out);
  diagnosis why = explain(nodes, first, out);
  enter_refusals(why, *opinion, dropped, nodes);
  return why;
}

std::string engine::filter(const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                           const pre_filter_outcome& first, outcome& out) {
  out.evaluated = nodes.node_count();
  if (first.candidates) return filter_from_nothing(pod, nodes, cycle, first, out);
  out.feasible = nodes.nodes();
  if (std::string error =
          yield_to_nominated(plugins_, pod, nodes, cycle, first, out.feasible, out.refused_by, out.table);
      !error.empty())
    return error;
  return filter_as_kept(pod, nodes, cycle, first, out);
}

std::string engine::filter_from_nothing(const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                                        const pre_filter_outcome& first, outcome& out) const {
  out.feasible = nodes.nodes();
  if (first.candidates) {
    out.feasible &= *first.candidates;
    out.evaluated = out.feasible.count();
  }
  filter_outcome asked = run_filters(plugins_, pod, nodes, cycle, first, out.feasible);
  out.refused_by = std::move(asked.refused_by);
  out.table = std::move(asked.table);
  return std::move(asked.error);
}

// Kept answers are asked for of all nodes, also of those that an earlier plugin refuses. So where a plugin breaks, only
// asking each node in order tells whether this pod meets with that.
std::string engine::filter_as_kept(const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                                   const pre_filter_outcome& first, outcome& out) {
  out.kept = &classes_.find(pod, nodes);
  pod_class& c = *out.kept;
  c.filtered.catch_up(nodes, reach::own_node, changed_);
  auto kept = c.filters.begin();
  for (const filter_run& run : runs_) {
    if (run.kept) {
      if (!kept->update(plugins_, pod, nodes, cycle, first.filters, changed_, filtering_)) {
        classes_.drop_last();
        out.kept = nullptr;
        return filter_from_nothing(pod, nodes, cycle, first, out);
      }
      out.feasible &= kept->passed();
      ++kept;
    } else if (const std::size_t i = run.members.front(); first.filters[i]) {
      if (out.refused_by.empty()) out.refused_by.assign(nodes.universe(), 0);
      std::string error = run_filter(plugins_.filter[i], pod, nodes, cycle, out.feasible, out.refused_by, out.table);
      if (!error.empty()) return error;
    }
  }
  return {};
}

void engine::sample(const cluster& nodes, std::size_t wanted, outcome& out) {
  if (out.feasible.count() > wanted) out.evaluated = window_.cut(nodes, wanted, out.feasible);
}

decision engine::choose(const pod_info& pod, const cluster& nodes, cycle_state& cycle, std::mt19937_64& random,
                        const extender_opinion* opinion, outcome& out) {
  const std::size_t count = out.feasible.count();
  const auto placed_on = [&](node_id n) { return placement{nodes.node(n).name, out.evaluated, count}; };
  if (count == 1) return placed_on(out.feasible.first());

  if (listed_ != out.feasible) {
    listed_ = out.feasible;
    listed_.list(list_);
  }
  const std::span<const node_id> list = list_;
  observed_stage preparing(cycle.watcher(), stage::pre_score);
  pre_score_outcome before = run_pre_score(plugins_, pod, nodes, cycle, list);
  preparing.ended(before.error.empty() ? code::success : code::error);
  if (!before.error.empty()) return cycle_error{std::move(before.error)};

  observed_stage ranking(cycle.watcher(), stage::score);
  score_report report(cycle.watcher(), plugins_, before.scores, list);
  std::vector<bool> to_ask = before.scores;
  score_board* kept = nullptr;
  if (out.kept != nullptr) {
    const auto [board, is_new] = classes_.board(nodes);
    kept = &board;
    if (is_new) out.kept->scored.fresh = true;
    out.kept->scored.catch_up(nodes, reach::own_node, changed_);
    std::string error =
        board.update(plugins_, pod, nodes, cycle, before.scores, out.feasible, list, changed_, scoring_);
    if (!error.empty()) return cycle_error{std::move(error)};
    for (std::size_t i = 0; i < kept_.size(); ++i)
      if (!board.odd(i)) to_ask[kept_[i].at] = false;
    const bool others_score = opinion != nullptr && !opinion->scores.empty();
    if (!others_score && std::find(to_ask.begin(), to_ask.end(), true) == to_ask.end()) {
      const node_id chosen = board.pick(random);
      report.tell(nodes, board, kept_, chosen);
      ranking.ended(code::success);
      return placed_on(chosen);
    }
  }

  constexpr std::size_t block = node_set::word_bits;
  totals_.assign((count + block - 1) / block * block, 0);
  const std::span<std::int64_t> totals = std::span(totals_).first(count);
  if (kept != nullptr) kept->add_totals(list, totals);
  std::string error = add_asked_scores(pod, nodes, cycle, to_ask, list, totals, report);
  if (!error.empty()) return cycle_error{std::move(error)};
  if (opinion != nullptr) {
    add_scores(*opinion, nodes, list, totals);
    if (!opinion->scores.empty()) report.extenders(*opinion);
  }
  const node_id chosen = list[draw(totals_, count, random)];
  report.tell(nodes, kept, kept_, totals, chosen);
  ranking.ended(code::success);
  return placed_on(chosen);
}

std::string engine::add_asked_scores(const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                                     const std::vector<bool>& to_ask, std::span<const node_id> list,
                                     std::span<std::int64_t> totals, score_report& report) {
  for (std::size_t p = 0; p < to_ask.size(); ++p) {
    if (!to_ask[p]) continue;
    const auto& plugin = plugins_.score[p];
    scores_.assign(list.size(), 0);
    score_column column(list, scores_);
    const status s = plugin.ask<&score_plugin::score>(pod, nodes, cycle, column);
    if (!s.is_ok()) return score_failed(plugin.self->name(), s);
    std::string error = normalize(plugins_, p, pod, nodes, cycle, list, scores_);
    if (!error.empty()) return error;
    add_scaled(scores_, plugins_.weights[p], totals);
    if (!report.wanted()) continue;
    for (std::int64_t& score : scores_) score *= plugins_.weights[p];
    report.asked(p, scores_);
  }
  return {};
}

diagnosis engine::explain(const cluster& nodes, const pre_filter_outcome& first, const outcome& out) const {
  diagnosis why;
  why.node_count = nodes.node_count();
  why.refused_by = out.refused_by;
  why.refused_by.resize(nodes.universe(), 0);
  why.table = out.table;
  std::vector<bool> blamed(why.table.size());
  for (const refusal_id id : why.refused_by) blamed[id] = true;
  for (refusal_id id = 1; id < why.table.size(); ++id)
    if (blamed[id]) why.blame(why.table[id].plugin);
  enter_excluded(why, first, nodes);
  if (out.kept != nullptr)
    for (const kept_filters& run : out.kept->filters) run.explain(nodes, why);
  return why;
}

// Upstream: evaluateNominatedNode. Where a plugin breaks, the search over all nodes will say so.
bool engine::fits_nominated(const pod_info& pod, node_id n, const cluster& nodes, cycle_state& cycle,
                            pre_filter_outcome& first) const {
  node_set alone(nodes.universe());
  alone.insert(n);
  const filter_outcome filtered = run_filters(plugins_, pod, nodes, cycle, first, alone);
  if (!filtered.error.empty()) return false;
  if (alone.empty()) first.nominated_refuses(plugins_, n, filtered.table[filtered.refused_by[n]]);
  return !alone.empty();
}

}  // namespace berth::scoring
