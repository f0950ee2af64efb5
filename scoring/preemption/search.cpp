#include "scoring/preemption/search.hpp"

#include "scoring/preemption/bounds.hpp"
#include "scoring/preemption/ladder.hpp"
#include "scoring/preemption/victims.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace berth::scoring {

namespace {

/// A node that may be the best; of equal ones the lower number is better.
struct hope {
  eviction_cost cost;
  node_id node;
  auto operator<=>(const hope&) const = default;
};

}  // namespace

victim_search::victim_search(const pod_info& pod, const cluster& nodes, const diagnosis& why, filters_again& again)
    : pod_(pod), nodes_(nodes), why_(why), again_(again) {
  unhelpful_.node_count = nodes.node_count();
  unhelpful_.refused_by.assign(nodes.universe(), 0);
}

bool victim_search::may_help(node_id n) const { return why_.table[why_.refused_by[n]].what == code::unschedulable; }

std::optional<preemption_candidate> victim_search::try_node(node_id n) {
  node_victims found = select_victims(pod_, nodes_, n, nodes_.disruption_budgets(), again_);
  if (found.what.is_ok()) return preemption_candidate{n, std::move(found.victims), found.violations};
  if (!is_rejection(found.what.what)) errors_.push_back(found.what.message());
  unhelpful_.refused_by[n] = unhelpful_.table.intern(found.what);
  return std::nullopt;
}

std::vector<preemption_candidate> victim_search::all() {
  const refusal_id elsewhere =
      unhelpful_.table.intern(status::unresolvable("Preemption is not helpful for scheduling"));
  std::vector<preemption_candidate> candidates;
  nodes_.nodes().for_each([&](node_id n) {
    if (unhelpful_.refused_by[n] != 0) return;
    if (!may_help(n))
      unhelpful_.refused_by[n] = elsewhere;
    else if (std::optional<preemption_candidate> found = try_node(n))
      candidates.push_back(std::move(*found));
  });
  return candidates;
}

std::optional<preemption_candidate> victim_search::best() {
  std::optional<preemption_candidate> best;
  std::optional<hope> real;
  if (again_.asks("NodeResourcesFit")) {
    const ladder& rungs = nodes_.part<ladder>();
    std::vector<hope> hopes;
    nodes_.nodes().for_each([&](node_id n) {
      if (!may_help(n)) return;
      if (const std::optional<eviction_cost> least = least_cost(pod_, nodes_, rungs, n)) hopes.push_back({*least, n});
    });
    std::make_heap(hopes.begin(), hopes.end(), std::greater<>());
    for (; !hopes.empty() && (!real || hopes.front() < *real); hopes.pop_back()) {
      std::pop_heap(hopes.begin(), hopes.end(), std::greater<>());
      const node_id n = hopes.back().node;
      std::optional<preemption_candidate> found = try_node(n);
      if (!found) continue;
      const hope tried{cost_of(*found), n};
      if (real && *real < tried) continue;
      real = tried;
      best = std::move(found);
    }
    if (best) return best;
  }
  std::vector<preemption_candidate> candidates = all();
  if (candidates.empty()) return std::nullopt;
  return std::move(candidates[choose_candidate(candidates)]);
}

}  // namespace berth::scoring
