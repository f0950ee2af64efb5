#include "scoring/preemption/choice.hpp"

#include <algorithm>

namespace berth::scoring {

namespace {

// Of those of the highest priority. The first victim does not always have it: an extender may have put another first.
std::int64_t earliest_start(const std::vector<pod_info>& victims) {
  std::int32_t highest = victims.front().spec().priority;
  std::int64_t earliest = start_of(*victims.front().pod);
  for (const pod_info& v : victims) {
    const std::int64_t start = start_of(*v.pod);
    if (v.spec().priority > highest) {
      highest = v.spec().priority;
      earliest = start;
    } else if (v.spec().priority == highest) {
      earliest = std::min(earliest, start);
    }
  }
  return earliest;
}

}  // namespace

eviction_cost cost_of(const preemption_candidate& c) {
  eviction_cost cost;
  cost.violations = c.violations;
  cost.highest_priority = c.victims.front().spec().priority;
  for (const pod_info& v : c.victims) cost.sum_of_priorities += positive(v.spec().priority);
  cost.victims = static_cast<std::int64_t>(c.victims.size());
  cost.newest_first = -earliest_start(c.victims);
  return cost;
}

std::size_t choose_candidate(std::span<const preemption_candidate> candidates) {
  const auto best = std::min_element(candidates.begin(), candidates.end(),
                                     [](const auto& a, const auto& b) { return cost_of(a) < cost_of(b); });
  return static_cast<std::size_t>(best - candidates.begin());
}

preempt_pods eviction_of(const preemption_candidate& chosen, const cluster& nodes) {
  preempt_pods eviction{nodes.node(chosen.node).name, {}, chosen.violations};
  for (const pod_info& v : chosen.victims) eviction.victims.push_back(v.pod->uid);
  return eviction;
}

post_filter_result said_of(const preempt_pods& eviction) {
  return {{code::success,
           {"preemption: found a potential placement for pod on node " + eviction.node + ", preempting " +
            std::to_string(eviction.victims.size()) + " victims"},
           {}},
          eviction.node};
}

settled_preemption settle_preemption(std::span<const preempt_pods> left, const cluster& nodes) {
  std::vector<preemption_candidate> candidates;
  for (const preempt_pods& one : left) {
    preemption_candidate c{nodes.find_node(one.node), {}, one.violations};
    if (c.node == no_node) continue;
    for (const std::string& uid : one.victims)
      if (nodes.node_name_of(uid) == one.node) c.victims.push_back(*nodes.find_placed(uid));
    if (!c.victims.empty()) candidates.push_back(std::move(c));
  }
  if (candidates.empty()) return {{status::refuse("preemption: no candidate node for preemption"), std::nullopt}, {}};
  preempt_pods best = eviction_of(candidates[choose_candidate(candidates)], nodes);
  post_filter_result said = said_of(best);
  return {std::move(said), std::move(best)};
}

post_filter_result preemption_failed(const std::string& why) {
  return {status::failed("preemption: " + why), std::nullopt};
}

}  // namespace berth::scoring
