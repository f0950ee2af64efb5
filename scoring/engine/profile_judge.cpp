#include "scoring/engine/profile.hpp"

#include "scoring/engine/profile_parts.hpp"
#include "scoring/engine/scan.hpp"
#include "scoring/engine/verdict.hpp"

namespace berth::scoring {

judgement profile::judge(const pod_info& pod, const cluster& nodes, const node_set& asked, cycle_state& cycle) {
  filter_verdict filtered = filter_nodes(parts_->plugins, pod, nodes, asked, cycle);
  judgement out;
  out.error = std::move(filtered.error);
  out.feasible = std::move(filtered.feasible);
  out.refused_by = std::move(filtered.why.refused_by);
  out.refused_by.resize(nodes.universe(), 0);
  out.table = std::move(filtered.why.table);
  node_set others = nodes.nodes();
  node_set there = asked;
  there &= others;
  others -= there;
  others.for_each([&](node_id n) { out.refused_by[n] = 0; });
  return out;
}

rating profile::rate(const pod_info& pod, const cluster& nodes, std::span<const node_id> asked, cycle_state& cycle) {
  rating out;
  const pre_filter_outcome first = run_pre_filter(parts_->plugins, pod, nodes, cycle);
  out.error = first.error;
  out.totals.assign(asked.size(), 0);
  if (!out.error.empty() || first.rejection || asked.empty()) return out;
  score_outcome scored = run_scores(parts_->plugins, pod, nodes, cycle, asked);
  out.error = std::move(scored.error);
  if (!out.error.empty()) return out;
  out.totals = std::move(scored.totals);
  for (const plugin_scores& p : scored.by_plugin) out.highest += max_node_score * weight_of(p.plugin);
  return out;
}

std::int64_t profile::weight_of(std::string_view plugin) const {
  const lineup& plugins = parts_->plugins;
  for (std::size_t i = 0; i < plugins.score.size(); ++i)
    if (plugins.score[i].self->name() == plugin) return plugins.weights[i];
  return 0;
}

}  // namespace berth::scoring
