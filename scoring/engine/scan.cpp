#include "scoring/engine/scan.hpp"

#include "scoring/column_math.hpp"
#include "scoring/engine/trial.hpp"

#include <algorithm>

namespace berth::scoring {

namespace {

std::string quoted(std::string_view name) { return "\"" + std::string(name) + "\""; }

std::string filter_failed(std::string_view plugin, const status& s) {
  return "running " + quoted(plugin) + " filter plugin: " + s.message();
}

}  // namespace

std::string run_filter(const at_point<filter_plugin>& p, const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                       node_set& alive, std::span<refusal_id> refused_by, refusals& table) {
  filter_column column(alive, refused_by, table, p.self->name());
  if (const status s = p.ask<&filter_plugin::filter>(pod, nodes, cycle, column); !s.is_ok())
    return filter_failed(p.self->name(), s);
  // A plugin that means no refusal but a failure; made in vain unless a node has it.
  for (refusal_id id = 1; id < table.size(); ++id)
    if (!is_rejection(table[id].what) && std::find(refused_by.begin(), refused_by.end(), id) != refused_by.end())
      return filter_failed(p.self->name(), table[id]);
  return {};
}

filter_outcome run_filters(const lineup& plugins, const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                           const pre_filter_outcome& before, node_set& alive) {
  filter_outcome out;
  out.refused_by.assign(nodes.universe(), 0);
  out.error = yield_to_nominated(plugins, pod, nodes, cycle, before, alive, out.refused_by, out.table);
  for (std::size_t i = 0; i < plugins.filter.size() && out.error.empty(); ++i)
    if (before.filters[i])
      out.error = run_filter(plugins.filter[i], pod, nodes, cycle, alive, out.refused_by, out.table);
  return out;
}

pre_score_outcome run_pre_score(const lineup& plugins, const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                                std::span<const node_id> feasible) {
  pre_score_outcome out;
  out.scores.assign(plugins.score.size(), true);
  if (plugins.score.empty()) return out;
  for (const auto& p : plugins.pre_score) {
    const status s = p.ask<&pre_score_plugin::pre_score>(pod, nodes, cycle, feasible);
    if (s.is_ok()) continue;
    if (s.what != code::skip) {
      out.error = plugin_failed("PreScore", p.self->name(), s);
      return out;
    }
    for (std::size_t i = 0; i < plugins.score.size(); ++i)
      if (plugins.score[i].self == p.self) out.scores[i] = false;
  }
  return out;
}

std::string score_failed(std::string_view plugin, const status& s) {
  return "running Score plugins: plugin " + quoted(plugin) + " failed with: " + s.message();
}

std::string normalize_failed(std::string_view plugin, const status& s) {
  return "running Normalize on Score plugins: plugin " + quoted(plugin) + " failed with: " + s.message();
}

std::string score_out_of_range(std::string_view plugin, std::int64_t score) {
  return "applying score defaultWeights on Score plugins: plugin " + quoted(plugin) + " returns an invalid score " +
         std::to_string(score) + ", it should in the range of [0, 100] after normalizing";
}

std::string normalize(const lineup& plugins, std::size_t at, const pod_info& pod, const cluster& nodes,
                      cycle_state& cycle, std::span<const node_id> feasible, std::span<std::int64_t> scores) {
  const auto& p = plugins.score[at];
  switch (plugins.scalings[at]) {
    case scaling::none:
      break;
    case scaling::by_largest:
      default_normalize(scores, false);
      break;
    case scaling::by_largest_reversed:
      default_normalize(scores, true);
      break;
    case scaling::own: {
      score_column column(feasible, scores);
      const status s = p.ask<&score_plugin::normalize>(pod, nodes, cycle, column);
      if (!s.is_ok()) return normalize_failed(p.self->name(), s);
      break;
    }
  }
  if (all_within(scores, max_node_score)) return {};
  return score_out_of_range(p.self->name(), *std::find_if_not(scores.begin(), scores.end(), in_range));
}

score_outcome run_scores(const lineup& plugins, const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                         std::span<const node_id> feasible) {
  score_outcome out;
  out.totals.assign(feasible.size(), 0);
  const pre_score_outcome before = run_pre_score(plugins, pod, nodes, cycle, feasible);
  out.error = before.error;
  if (!out.error.empty()) return out;

  for (std::size_t i = 0; i < plugins.score.size(); ++i) {
    if (!before.scores[i]) continue;
    const auto& p = plugins.score[i];
    plugin_scores one{p.self->name(), std::vector<std::int64_t>(feasible.size(), 0)};
    score_column column(feasible, one.weighted);
    const status s = p.ask<&score_plugin::score>(pod, nodes, cycle, column);
    out.error =
        s.is_ok() ? normalize(plugins, i, pod, nodes, cycle, feasible, one.weighted) : score_failed(p.self->name(), s);
    if (!out.error.empty()) return out;
    for (std::size_t k = 0; k < feasible.size(); ++k) {
      one.weighted[k] *= plugins.weights[i];
      out.totals[k] += one.weighted[k];
    }
    out.by_plugin.push_back(std::move(one));
  }
  return out;
}

}  // namespace berth::scoring
