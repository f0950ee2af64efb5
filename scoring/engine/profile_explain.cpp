#include "scoring/engine/profile.hpp"

#include "scoring/engine/account.hpp"
#include "scoring/engine/profile_parts.hpp"
#include "scoring/engine/scan.hpp"
#include "scoring/engine/verdict.hpp"

#include <algorithm>

namespace berth::scoring {

explanation profile::explain(const pod_info& pod, const cluster& nodes) {
  const lineup& plugins = parts_->plugins;
  cycle_state cycle;
  explanation out;
  out.why.node_count = nodes.node_count();
  if (nodes.node_count() == 0) return out;

  filter_verdict filtered = filter_nodes(plugins, pod, nodes, nodes.nodes(), cycle);
  out.error = std::move(filtered.error);
  if (!out.error.empty()) return out;
  out.why = std::move(filtered.why);
  std::vector<node_id> feasible;
  filtered.feasible.list(feasible);
  score_outcome scores;
  if (!feasible.empty()) scores = run_scores(plugins, pod, nodes, cycle, feasible);
  out.error = scores.error;
  if (!out.error.empty()) return out;
  if (feasible.empty()) run_post_filter(plugins, pod, nodes, cycle, out.why);
  out.nominated = out.why.nominated;

  const std::int64_t most = feasible.empty() ? 0 : *std::max_element(scores.totals.begin(), scores.totals.end());
  std::size_t row = 0;  // in `feasible`, which is in order of number too
  nodes.nodes().for_each([&](node_id n) {
    node_verdict v;
    v.name = nodes.node(n).name;
    if (const refusal_id id = out.why.refused_by[n]; id != 0) {
      v.refused = &out.why.table[id];
    } else {
      for (const plugin_scores& p : scores.by_plugin) v.scores.emplace_back(p.plugin, p.weighted[row]);
      v.total = scores.totals[row];
      if (v.total == most) out.best.push_back(v.name);
      ++row;
    }
    out.nodes.push_back(std::move(v));
  });
  std::sort(out.best.begin(), out.best.end());
  std::sort(out.nodes.begin(), out.nodes.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  if (!first.rejection) enter_shortfalls(out, plugins, first.narrowed_by, pod, nodes, cycle);
  return out;
}

}  // namespace berth::scoring
