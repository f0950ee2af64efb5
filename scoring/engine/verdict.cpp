#include "scoring/engine/verdict.hpp"

#include "scoring/engine/observer.hpp"
#include "scoring/engine/scan.hpp"
#include "scoring/engine/trial.hpp"

#include <utility>

namespace berth::scoring {

void enter_rejection(diagnosis& why, const pre_filter_outcome& outcome, const cluster& nodes) {
  const status& s = *outcome.rejection;
  if (!outcome.per_node) why.pre_filter_message = s.message();
  const refusal_id id = why.table.intern(s);
  why.refused_by.assign(nodes.universe(), 0);
  nodes.nodes().for_each([&](node_id n) { why.refused_by[n] = id; });
  for (const std::string_view name : outcome.narrowed_by) why.blame(name);
  why.blame(s.plugin);
}

void enter_excluded(diagnosis& why, const pre_filter_outcome& outcome, const cluster& nodes) {
  for (const std::string_view name : outcome.narrowed_by) why.blame(name);
  if (!outcome.candidates) return;
  const refusal_id id = why.table.intern(outcome.not_a_candidate());
  nodes.nodes().for_each([&](node_id n) {
    if (!outcome.candidates->contains(n)) why.refused_by[n] = id;
  });
  if (outcome.of_nominated && !outcome.candidates->contains(outcome.of_nominated->node))
    why.refused_by[outcome.of_nominated->node] = why.table.intern(outcome.of_nominated->why);
}

filter_verdict filter_after(const pre_filter_outcome& first, const lineup& plugins, const pod_info& pod,
                            const cluster& nodes, const node_set& asked, cycle_state& cycle) {
  filter_verdict made;
  made.why.node_count = nodes.node_count();
  if (first.rejection) {
    enter_rejection(made.why, first, nodes);
    return made;
  }
  made.feasible = asked;
  made.feasible &= nodes.nodes();
  if (first.candidates) made.feasible &= *first.candidates;
  filter_outcome filtered = run_filters(plugins, pod, nodes, cycle, first, made.feasible);
  made.error = std::move(filtered.error);
  made.why.refused_by = std::move(filtered.refused_by);
  made.why.table = std::move(filtered.table);
  for (const refusal_id id : made.why.refused_by) made.why.blame(made.why.table[id].plugin);
  enter_excluded(made.why, first, nodes);
  return made;
}

filter_verdict filter_nodes(const lineup& plugins, const pod_info& pod, const cluster& nodes, const node_set& asked,
                            cycle_state& cycle) {
  const pre_filter_outcome first = run_pre_filter(plugins, pod, nodes, cycle);
  if (first.error.empty()) return filter_after(first, plugins, pod, nodes, asked, cycle);
  filter_verdict broken;
  broken.error = first.error;
  broken.why.node_count = nodes.node_count();
  return broken;
}

void enter_last_word(diagnosis& why, post_filter_result said) {
  why.nominated = said.what.what == code::error ? std::nullopt : std::move(said.nominated);
  why.post_filter_message = said.what.message();
}

void run_post_filter(const lineup& plugins, const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                     const pre_filter_outcome& first, diagnosis& why) {
  if (plugins.post_filter.empty()) return;
  observed_stage running(cycle.watcher(), stage::post_filter);
  std::vector<std::string> reasons;
  std::optional<std::string> nominated;
  for (const auto& p : plugins.post_filter) {
    why.post_filters.emplace_back(p.self->name());
    filter_trial again(plugins, pod, nodes, cycle, first);
    post_filter_result r = p.ask<&post_filter_plugin::post_filter>(pod, nodes, cycle, std::as_const(why),
                                                                   static_cast<filters_again&>(again));
    if (r.what.what == code::unschedulable || r.what.what == code::pending) {
      if (r.nominated) nominated = std::move(r.nominated);
      reasons.insert(reasons.end(), r.what.reasons.begin(), r.what.reasons.end());
      continue;
    }
    // Success, a refusal for good or a failure is the last word. As upstream, a plugin that failed is not named; one
    // that threw is, or nobody would know where to look.
    const bool threw = r.what.what == code::error && r.what.message().starts_with("threw ");
    running.ended(r.what.what);
    if (threw) r.what = status::failed(plugin_failed("PostFilter", p.self->name(), r.what));
    return enter_last_word(why, std::move(r));
  }
  running.ended(code::unschedulable);
  why.nominated = std::move(nominated);
  why.post_filter_message = status{code::unschedulable, std::move(reasons), {}}.message();
}

}  // namespace berth::scoring
