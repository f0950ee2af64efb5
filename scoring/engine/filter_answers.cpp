#include "scoring/engine/filter_answers.hpp"

namespace berth::scoring {

namespace {

// A plugin whose reasons differ from time to time would make the table grow for ever. One whose reasons differ from
// node to node (NodeLabelFilter) may have as many as there are nodes, and as many again while nodes change.
std::size_t most_refusals(const cluster& nodes) { return 1024 + 2 * nodes.universe(); }

}  // namespace

bool filter_answers::update(const at_point<filter_plugin>& of, const pod_info& pod, const cluster& nodes,
                            cycle_state& cycle, scratch& work) {
  seen_.catch_up(nodes, reach_, work.changed);
  if (table_.size() > most_refusals(nodes)) work.changed.all = true;
  if (!work.changed.all && work.changed.some.empty()) {
    passed_.resize(nodes.universe());
    return true;
  }
  if (ask(of, pod, nodes, cycle, work)) return true;
  seen_.fresh = true;
  return false;
}

bool filter_answers::ask(const at_point<filter_plugin>& of, const pod_info& pod, const cluster& nodes,
                         cycle_state& cycle, scratch& work) {
  const std::size_t universe = nodes.universe();
  const changed_nodes& changed = work.changed;
  seen_.fresh = true;  // until it has answered
  work.refused_by.resize(universe, 0);
  if (changed.all) {
    table_ = {};
    refused_by_.clear();
    work.alive = nodes.nodes();
    std::fill(work.refused_by.begin(), work.refused_by.end(), 0);
  } else {
    work.alive.resize(universe);
    work.alive.clear();
    for (const node_id n : changed.some) {
      work.refused_by[n] = 0;
      if (nodes.nodes().contains(n)) work.alive.insert(n);
    }
  }

  filter_column column(work.alive, work.refused_by, table_, of.self->name());
  if (!of.ask<&filter_plugin::filter>(pod, nodes, cycle, column).is_ok()) return false;
  for (refusal_id id = 1; id < table_.size(); ++id)
    if (!is_rejection(table_[id].what)) return false;

  passed_.resize(universe);
  if (changed.all) {
    ++epoch_;
    passed_ = work.alive;
    if (passed_ != nodes.nodes()) refused_by_ = work.refused_by;
  } else {
    for (const node_id n : changed.some) {
      if (work.refused_by[n] != 0 && refused_by_.size() < universe) refused_by_.resize(universe, 0);
      if (n < refused_by_.size()) refused_by_[n] = work.refused_by[n];
      if (work.alive.contains(n))
        passed_.insert(n);
      else
        passed_.erase(n);
    }
  }
  seen_.fresh = false;
  return true;
}

}  // namespace berth::scoring
