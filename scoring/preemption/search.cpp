#include "scoring/preemption/search.hpp"

#include "scoring/preemption/bounds.hpp"
#include "scoring/preemption/victims.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace berth::scoring {

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

// The kept bounds know of no nominations. Each pod that preempts leaves one, and its node looks as good as before to
// the next pod: where thousands preempt at once, nearly every node has one.
victim_search::bounds victim_search::least_costs() const {
  bounds found{nodes_.part<known_bounds>().of(pod_, nodes_), {}};
  const ladder& rungs = nodes_.part<ladder>();
  nodes_.nominated().for_each_node([&](std::string_view name, std::span<const pod_info> nominated) {
    const node_id n = nodes_.find_node(name);
    if (n != no_node && found.kept[n])
      found.beside_nominated.emplace_back(n, least_cost(pod_, nodes_, rungs, n, nominated));
  });
  std::sort(found.beside_nominated.begin(), found.beside_nominated.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  return found;
}

template <class F>
void victim_search::for_each_hope(const bounds& least, F&& f) const {
  auto special = least.beside_nominated.begin();
  nodes_.nodes().for_each([&](node_id n) {
    const bool is_special = special != least.beside_nominated.end() && special->first == n;
    const std::optional<eviction_cost>& cost = is_special ? (special++)->second : least.kept[n];
    if (cost && may_help(n)) f(hope{*cost, n});
  });
}

// Mostly the node with the least bound is the best, at the very cost that was hoped for. The others are put in order
// only where it is not.
std::optional<preemption_candidate> victim_search::best_by_bounds() {
  const bounds least = least_costs();
  std::optional<hope> first;
  for_each_hope(least, [&](const hope& h) {
    if (!first || h < *first) first = h;
  });
  if (!first) return std::nullopt;

  std::optional<preemption_candidate> best;
  std::optional<hope> real;
  const auto try_it = [&](node_id n) {
    std::optional<preemption_candidate> found = try_node(n);
    if (!found) return;
    const hope tried{cost_of(*found), n};
    if (real && *real < tried) return;
    real = tried;
    best = std::move(found);
  };
  try_it(first->node);
  if (real && *real == *first) return best;

  std::vector<hope> others;
  for_each_hope(least, [&](const hope& h) {
    if (h.node != first->node) others.push_back(h);
  });
  std::make_heap(others.begin(), others.end(), std::greater<>());
  for (; !others.empty() && (!real || others.front() < *real); others.pop_back()) {
    std::pop_heap(others.begin(), others.end(), std::greater<>());
    try_it(others.back().node);
  }
  return best;
}

std::optional<preemption_candidate> victim_search::best() {
  if (again_.asks("NodeResourcesFit"))
    if (std::optional<preemption_candidate> found = best_by_bounds()) return found;
  std::vector<preemption_candidate> candidates = all();
  if (candidates.empty()) return std::nullopt;
  return std::move(candidates[choose_candidate(candidates)]);
}

}  // namespace berth::scoring
