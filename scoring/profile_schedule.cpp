#include "scoring/profile.hpp"

#include "scoring/profile_parts.hpp"
#include "scoring/scan.hpp"

#include <algorithm>

namespace berth::scoring {

decision profile::schedule(const pod_info& pod, cluster& nodes, cycle_state& cycle, std::mt19937_64& random) {
  const lineup& plugins = parts_->plugins;
  diagnosis why;
  why.node_count = nodes.node_count();
  if (nodes.node_count() == 0) return why;

  const pre_filter_outcome first = run_pre_filter(plugins, pod, nodes, cycle);
  if (!first.error.empty()) return cycle_error{first.error};
  std::vector<node_id> feasible;
  if (first.rejection) {
    enter_rejection(why, first, nodes);
  } else {
    filter_outcome filtered = run_filters(plugins, pod, nodes, cycle, first);
    if (!filtered.error.empty()) return cycle_error{filtered.error};
    filtered.feasible.list(feasible);
    why.refused_by = std::move(filtered.refused_by);
    why.table = std::move(filtered.table);
    for (const refusal_id id : why.refused_by) why.blame(why.table[id].plugin);
  }
  for (const std::string_view name : first.narrowed_by) why.blame(name);
  if (feasible.empty()) {
    run_post_filter(plugins, pod, nodes, cycle, why);
    return why;
  }
  const std::size_t evaluated = first.candidates ? first.candidates->count() : nodes.node_count();
  if (feasible.size() == 1) return placement{nodes.node(feasible.front()).name, evaluated, 1};
  const score_outcome scores = run_scores(plugins, pod, nodes, cycle, feasible);
  if (!scores.error.empty()) return cycle_error{scores.error};
  const std::int64_t most = *std::max_element(scores.totals.begin(), scores.totals.end());
  std::vector<node_id> best;
  for (std::size_t i = 0; i < feasible.size(); ++i)
    if (scores.totals[i] == most) best.push_back(feasible[i]);
  const std::size_t pick = std::uniform_int_distribution<std::size_t>(0, best.size() - 1)(random);
  return placement{nodes.node(best[pick]).name, evaluated, feasible.size()};
}

}  // namespace berth::scoring
