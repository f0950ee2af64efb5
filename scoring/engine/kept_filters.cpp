#include "scoring/engine/kept_filters.hpp"

#include "scoring/engine/scan.hpp"

#include <algorithm>

namespace berth::scoring {

namespace {

// A plugin whose reasons differ from time to time would make the table grow for ever. One whose reasons differ from
// node to node (NodeLabelFilter) may have as many as there are nodes, and as many again while nodes change.
std::size_t most_refusals(const cluster& nodes) { return 1024 + 2 * nodes.universe(); }

bool can_be_kept(const dependencies& d) { return d.of_cluster != reach::anywhere && (d.of_pod & pod_identity) == 0; }

}  // namespace

std::vector<filter_run> filter_runs(const lineup& plugins) {
  std::vector<filter_run> runs;
  for (std::size_t i = 0; i < plugins.filter.size(); ++i) {
    const dependencies d = plugins.filter[i].reads;
    const bool kept = can_be_kept(d);
    if (!kept || runs.empty() || !runs.back().kept) runs.push_back({{}, kept, false});
    runs.back().members.push_back(i);
    runs.back().of_all_nodes |= kept && d.of_cluster == reach::all_nodes;
  }
  return runs;
}

std::string kept_filters::update(const filter_run& run, const lineup& plugins, const pod_info& pod,
                                 const cluster& nodes, cycle_state& cycle, const std::vector<bool>& asked,
                                 const changed_nodes& changed) {
  const bool same_members =
      asked_.size() == run.members.size() && std::equal(asked_.begin(), asked_.end(), run.members.begin(),
                                                        [&](bool was, std::size_t i) { return was == asked[i]; });
  const bool all = changed.all || !same_members || table_.size() > most_refusals(nodes) ||
                   (run.of_all_nodes && generation_ != nodes.node_generation());
  if (!all && changed.some.empty()) return {};

  node_set alive = nodes.nodes();
  if (all) {
    asked_.clear();
    for (const std::size_t i : run.members) asked_.push_back(asked[i]);
    generation_ = nodes.node_generation();
    table_ = {};
    passed_ = node_set(nodes.universe());
    refused_by_.assign(nodes.universe(), 0);
  } else {
    alive &= changed.some;
    passed_.resize(nodes.universe());
    passed_ -= changed.some;
    refused_by_.resize(nodes.universe(), 0);
    changed.some.for_each([&](node_id n) { refused_by_[n] = 0; });
  }
  for (const std::size_t i : run.members) {
    if (!asked[i]) continue;
    std::string error = run_filter(plugins.filter[i], pod, nodes, cycle, alive, refused_by_, table_);
    if (!error.empty()) return error;
  }
  passed_ |= alive;
  return {};
}

void kept_filters::explain(const node_set& judged, diagnosis& why) const {
  std::vector<refusal_id> renamed(table_.size(), 0);
  judged.for_each([&](node_id n) {
    const refusal_id id = refused_by_[n];
    if (id == 0) return;
    if (renamed[id] == 0) {
      renamed[id] = why.table.intern(table_[id]);
      why.blame(table_[id].plugin);
    }
    why.refused_by[n] = renamed[id];
  });
}

}  // namespace berth::scoring
