#include "scoring/engine/profile.hpp"

#include "scoring/engine/account.hpp"
#include "scoring/engine/profile_parts.hpp"
#include "scoring/engine/scan.hpp"
#include "scoring/engine/verdict.hpp"

#include <algorithm>

namespace berth::scoring {

namespace {

// The node that is taken before any other is looked at, because it is nominated and the pod fits there. Where it does
// not, `first` is told why.
node_id fitting_nominated(const lineup& plugins, const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                          pre_filter_outcome& first) {
  if (pod.pod->nominated_node_name.empty()) return no_node;
  const node_id n = nodes.find_node(pod.pod->nominated_node_name);
  if (n == no_node) return no_node;
  node_set alone(nodes.universe());
  alone.insert(n);
  const filter_outcome outcome = run_filters(plugins, pod, nodes, cycle, first, alone);
  if (!outcome.error.empty()) return no_node;
  if (alone.empty()) first.nominated_refuses(plugins, n, outcome.table[outcome.refused_by[n]]);
  return alone.empty() ? no_node : n;
}

// The Filter plugin that an error names.
std::string_view who_broke(const lineup& plugins, std::string_view error) {
  for (const auto& p : plugins.filter)
    if (error.starts_with("running \"" + std::string(p.self->name()) + "\" filter plugin: ")) return p.self->name();
  return {};
}

// What each node says by itself: where a plugin breaks on one of them, that is this node's reason, and the others have
// theirs.
filter_verdict filter_singly(const lineup& plugins, const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                             const pre_filter_outcome& first) {
  filter_verdict made;
  made.feasible = node_set(nodes.universe());
  made.why.node_count = nodes.node_count();
  made.why.refused_by.assign(nodes.universe(), 0);
  nodes.nodes().for_each([&](node_id n) {
    if (first.candidates && !first.candidates->contains(n)) return;
    node_set alone(nodes.universe());
    alone.insert(n);
    const filter_outcome said = run_filters(plugins, pod, nodes, cycle, first, alone);
    status why = said.table[said.refused_by[n]];
    if (!said.error.empty()) why = {code::error, {said.error}, std::string(who_broke(plugins, said.error))};
    if (why.is_ok())
      made.feasible.insert(n);
    else
      made.why.refused_by[n] = made.why.table.intern(why);
    made.why.blame(why.plugin);
  });
  enter_excluded(made.why, first, nodes);
  return made;
}

}  // namespace

// A running scheduler asks for no score where there is nothing to choose. Here they are shown all the same, but what
// goes wrong in them does not matter then: nor does what goes wrong on other nodes, where the nominated one is taken.
explanation profile::explain(const pod_info& pod, const cluster& nodes) {
  const lineup& plugins = parts_->plugins;
  cycle_state cycle;
  explanation out;
  out.why.node_count = nodes.node_count();
  if (nodes.node_count() == 0) return out;

  pre_filter_outcome first = run_pre_filter(plugins, pod, nodes, cycle);
  const std::vector<std::string_view> narrowed_by = first.narrowed_by;
  out.error = first.error;
  if (!out.error.empty()) return out;
  node_id taken = first.rejection ? no_node : fitting_nominated(plugins, pod, nodes, cycle, first);
  out.best_is_nominated = taken != no_node;
  filter_verdict filtered = filter_after(first, plugins, pod, nodes, nodes.nodes(), cycle);
  if (!filtered.error.empty()) {
    out.error = taken == no_node ? std::move(filtered.error) : "";
    if (!out.error.empty()) return out;
    filtered = filter_singly(plugins, pod, nodes, cycle, first);
  }
  out.why = std::move(filtered.why);
  if (taken != no_node) {
    filtered.feasible.insert(taken);
    out.why.refused_by[taken] = 0;
  }
  std::vector<node_id> feasible;
  filtered.feasible.list(feasible);
  if (taken == no_node && feasible.size() == 1) taken = feasible.front();
  score_outcome scores;
  if (!feasible.empty()) scores = run_scores(plugins, pod, nodes, cycle, feasible);
  if (taken == no_node) out.error = scores.error;
  if (!out.error.empty()) return out;
  if (!scores.error.empty()) {
    scores.by_plugin.clear();
    scores.totals.clear();
  }
  scores.totals.resize(feasible.size(), 0);
  if (feasible.empty()) run_post_filter(plugins, pod, nodes, cycle, first, out.why);
  out.nominated = out.why.nominated.value_or("");
  if (const auto eviction = cycle.out().take_one<preempt_pods>())
    for (const std::string& uid : eviction->victims)
      if (const pod_info* victim = nodes.find_placed(uid)) out.victims.push_back(victim->pod->key.text());

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
      if (taken != no_node ? n == taken : v.total == most) out.best.push_back(v.name);
      ++row;
    }
    out.nodes.push_back(std::move(v));
  });
  std::sort(out.best.begin(), out.best.end());
  std::sort(out.nodes.begin(), out.nodes.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  enter_shortfalls(out, plugins, narrowed_by, pod, nodes, cycle);
  return out;
}

}  // namespace berth::scoring
