#include "scoring/preemption/victims.hpp"

#include "scoring/preemption/budgets.hpp"
#include "scoring/preemption/go_sort.hpp"

#include <string>
#include <utility>

namespace berth::scoring {

namespace {

struct candidate {
  pod_info pod;
  std::int64_t start;
  std::size_t nth;  ///< on the node
};

// Upstream: MoreImportantVictim. Pods that have not started count from when they are looked at, one after another.
bool more_important(const candidate& a, const candidate& b) {
  if (a.pod.spec().priority != b.pod.spec().priority) return a.pod.spec().priority > b.pod.spec().priority;
  if (a.start != b.start) return a.start < b.start;
  return a.start == not_started && a.nth < b.nth;
}

std::vector<candidate> possible_victims(const pod_info& pod, const cluster& nodes, node_id n) {
  std::vector<candidate> out;
  for (const pod_info& p : nodes.pods_on(n))
    if (p.spec().priority < pod.spec().priority) out.push_back({p, start_of(*p.pod), out.size()});
  return out;
}

}  // namespace

std::int64_t start_of(const k8s::pod& pod) noexcept {
  return pod.started ? pod.started->time_since_epoch().count() : not_started;
}

node_victims select_victims(const pod_info& pod, const cluster& nodes, node_id n,
                            std::span<const k8s::disruption_budget_ptr> budgets, filters_again& again) {
  std::vector<candidate> possible = possible_victims(pod, nodes, n);
  if (possible.empty()) return {status::unresolvable("No preemption victims found for incoming pod"), {}, 0};

  again.begin(n);
  for (const candidate& c : possible)
    if (status s = again.remove_pod(c.pod); !s.is_ok()) return {std::move(s), {}, 0};
  if (status s = again.filter(); !s.is_ok()) return {std::move(s), {}, 0};

  go_sort(possible, more_important);
  std::vector<candidate> violating;
  std::vector<candidate> others;
  budget_count count(budgets);
  for (candidate& c : possible) (count.violated_by(*c.pod.pod) ? violating : others).push_back(std::move(c));

  node_victims found;
  std::vector<candidate> victims;
  // Puts it back; where the pod does not fit beside it, it is a victim. False after an error.
  const auto spare = [&](const candidate& c, bool protected_by_budget) {
    found.what = again.add_pod(c.pod);
    if (!found.what.is_ok()) return false;
    if (again.filter().is_ok()) return true;  // a plugin that breaks here makes a victim, as upstream
    found.what = again.remove_pod(c.pod);
    if (!found.what.is_ok()) return false;
    victims.push_back(c);
    found.violations += protected_by_budget ? 1 : 0;
    return true;
  };
  for (const candidate& c : violating)
    if (!spare(c, true)) return {std::move(found.what), {}, 0};
  for (const candidate& c : others)
    if (!spare(c, false)) return {std::move(found.what), {}, 0};

  if (!violating.empty() && !others.empty()) go_sort(victims, more_important);
  for (candidate& c : victims) found.victims.push_back(std::move(c.pod));
  if (found.victims.empty())
    found.what = status::failed("expected at least one victim pod on node \"" + nodes.node(n).name + "\"");
  return found;
}

}  // namespace berth::scoring
