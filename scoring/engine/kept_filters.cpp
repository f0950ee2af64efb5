#include "scoring/engine/kept_filters.hpp"

#include <algorithm>
#include <utility>

namespace berth::scoring {

bool can_be_kept(const dependencies& reads) noexcept {
  return reads.of_cluster != reach::anywhere && (reads.of_pod & pod_identity) == 0;
}

std::vector<filter_run> filter_runs(const lineup& plugins) {
  std::vector<filter_run> runs;
  for (std::size_t i = 0; i < plugins.filter.size(); ++i) {
    const bool kept = can_be_kept(plugins.filter[i].reads);
    if (!kept || runs.empty() || !runs.back().kept) runs.push_back({{}, kept});
    runs.back().members.push_back(i);
  }
  return runs;
}

kept_filters::kept_filters(const filter_run& run, std::vector<std::shared_ptr<filter_answers>> answers) {
  for (std::size_t i = 0; i < run.members.size(); ++i) members_.push_back({run.members[i], std::move(answers[i])});
}

bool kept_filters::all_pass(node_id n) const {
  return std::all_of(members_.begin(), members_.end(),
                     [n](const member& m) { return !m.asked || m.answers->passed().contains(n); });
}

bool kept_filters::update(const lineup& plugins, const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                          const std::vector<bool>& asked, const changed_nodes& changed, filter_answers::scratch& work) {
  bool all = changed.all;
  for (member& m : members_) {
    all |= std::exchange(m.asked, asked[m.at]) != asked[m.at];
    if (!m.asked) continue;
    if (!m.answers->update(plugins.filter[m.at], pod, nodes, cycle, work)) return false;
    all |= std::exchange(m.epoch, m.answers->epoch()) != m.answers->epoch();
  }
  if (all) {
    passed_ = nodes.nodes();
    for (const member& m : members_)
      if (m.asked) passed_ &= m.answers->passed();
    return true;
  }
  passed_.resize(nodes.universe());
  for (const node_id n : changed.some) {
    if (nodes.nodes().contains(n) && all_pass(n))
      passed_.insert(n);
    else
      passed_.erase(n);
  }
  return true;
}

void kept_filters::explain(const cluster& nodes, diagnosis& why) const {
  for (const member& m : members_) {
    if (!m.asked) continue;
    node_set refused = nodes.nodes();
    refused -= m.answers->passed();
    std::vector<refusal_id> renamed(m.answers->refusal_count(), 0);
    refused.for_each([&](node_id n) {
      if (why.refused_by[n] != 0) return;
      refusal_id& id = renamed[m.answers->refused_by(n)];
      if (id == 0) {
        id = why.table.intern(m.answers->refusal_of(n));
        why.blame(m.answers->refusal_of(n).plugin);
      }
      why.refused_by[n] = id;
    });
  }
}

}  // namespace berth::scoring
