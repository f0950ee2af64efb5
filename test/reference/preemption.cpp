#include "test/reference/preemption.hpp"

#include "test/reference/messages.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <tuple>

namespace berth::reference {

namespace {

/// Pods that have not started are newer than all that have.
std::int64_t start_of(const k8s::pod& pod) {
  return pod.started ? pod.started->time_since_epoch().count() : std::numeric_limits<std::int64_t>::max();
}

bool more_important(const k8s::pod_ptr& a, const k8s::pod_ptr& b) {
  if (a->spec->priority != b->spec->priority) return a->spec->priority > b->spec->priority;
  return start_of(*a) < start_of(*b);
}

/// More are sorted in another way, after which equals stand in any order.
bool is_order_known(const std::vector<k8s::pod_ptr>& sorted) {
  return sorted.size() <= 12 || std::adjacent_find(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
                                  return !more_important(a, b);
                                }) == sorted.end();
}

/// Which pods cannot be evicted, one after another in this order, without a budget being exceeded. Upstream:
/// FilterVictimsWithPDBViolation.
std::vector<bool> violating(const std::vector<k8s::pod_ptr>& pods, std::vector<k8s::disruption_budget_ptr> budgets) {
  std::sort(budgets.begin(), budgets.end(), [](const auto& a, const auto& b) { return a->key < b->key; });
  std::vector<std::int64_t> allowed;
  for (const auto& b : budgets) allowed.push_back(b->disruptions_allowed);
  std::vector<bool> found;
  for (const k8s::pod_ptr& pod : pods) {
    found.push_back(false);
    if (pod->spec->labels.empty()) continue;
    for (std::size_t i = 0; i < budgets.size(); ++i) {
      const k8s::disruption_budget& b = *budgets[i];
      const bool selects = b.selector && b.selector->valid() && !b.selector->empty();
      if (b.key.namespace_ != pod->key.namespace_ || !selects || !b.selector->matches(pod->spec->labels)) continue;
      if (b.disrupted_pods.contains(pod->key.name)) continue;
      if (--allowed[i] >= 0) continue;
      found.back() = true;
      break;
    }
  }
  return found;
}

/// Upstream: SelectVictimsOnNode.
status select_victims(const cycle& after, node_state node, victims& chosen) {
  std::vector<k8s::pod_ptr> possible;
  for (const k8s::pod_ptr& p : node.pods)
    if (p->spec->priority < after.pod().spec->priority) possible.push_back(p);
  if (possible.empty()) return refuse_for_good("No preemption victims found for incoming pod");

  cycle trial = after.clone();
  const auto remove = [&](const k8s::pod_ptr& p) {
    take_out(node, *p);
    trial.remove_pod(*p, *node.node);
  };
  for (const k8s::pod_ptr& p : possible) remove(p);
  if (status said = trial.filter(node); !said.ok()) return said;

  std::stable_sort(possible.begin(), possible.end(), more_important);
  chosen.in_known_order = is_order_known(possible);
  const std::vector<bool> is_violating = violating(possible, after.cluster().objects.disruption_budgets);
  // Those that a budget protects are spared first.
  for (const bool protected_by_budget : {true, false})
    for (std::size_t i = 0; i < possible.size(); ++i) {
      if (is_violating[i] != protected_by_budget) continue;
      node.pods.push_back(possible[i]);
      trial.add_pod(*possible[i], *node.node);
      if (trial.filter(node).ok()) continue;
      remove(possible[i]);
      chosen.pods.push_back(possible[i]);
      chosen.violations += protected_by_budget ? 1 : 0;
    }
  std::stable_sort(chosen.pods.begin(), chosen.pods.end(), more_important);
  if (chosen.pods.empty()) return failed("expected at least one victim pod on node \"" + node.node->name + "\"");
  return {};
}

/// The smaller the better. Upstream: pickOneNodeForPreemption.
auto cost_of(const victims& v) {
  const std::int32_t highest = v.pods.front()->spec->priority;
  std::int64_t sum = 0;
  std::int64_t earliest = std::numeric_limits<std::int64_t>::max();
  for (const k8s::pod_ptr& p : v.pods) {
    sum += p->spec->priority + (std::int64_t{1} << 31);
    if (p->spec->priority == highest) earliest = std::min(earliest, start_of(*p));
  }
  return std::tuple(v.violations, highest, sum, v.pods.size(), -earliest);
}

/// Why the pod may not preempt, or "". Upstream: PodEligibleToPreemptOthers.
std::string not_eligible(const cycle& after, const std::vector<status>& said) {
  const k8s::pod& pod = after.pod();
  if (!pod.spec->may_preempt) return "not eligible due to preemptionPolicy=Never.";
  const std::vector<node_state>& nodes = after.cluster().nodes;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].node->name != pod.nominated_node_name || said[i].what == code::unresolvable) continue;
    for (const k8s::pod_ptr& p : nodes[i].pods)
      if (p->spec->priority < pod.spec->priority && p->terminating() && p->preempted)
        return "not eligible due to a terminating pod on the nominated node.";
  }
  return "";
}

std::string aggregated(const std::vector<std::string>& errors) {
  std::vector<std::string> unique;
  for (const std::string& e : errors)
    if (std::find(unique.begin(), unique.end(), e) == unique.end()) unique.push_back(e);
  std::string text;
  for (const std::string& e : unique) text += (text.empty() ? "" : ", ") + e;
  return unique.size() == 1 ? text : "[" + text + "]";
}

}  // namespace

preemption_result preempt(const cycle& after, const std::vector<status>& said) {
  if (const std::string why = not_eligible(after, said); !why.empty()) return {"preemption: " + why, {}};
  const std::vector<node_state>& nodes = after.cluster().nodes;
  std::vector<status> unhelpful;
  std::vector<std::string> errors;
  std::map<std::string, victims> candidates;
  bool in_known_order = true;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (said[i].what != code::unschedulable) {
      unhelpful.push_back(refuse_for_good("Preemption is not helpful for scheduling"));
      continue;
    }
    victims chosen;
    status found = select_victims(after, nodes[i], chosen);
    in_known_order = in_known_order && chosen.in_known_order;
    if (found.ok()) candidates[nodes[i].node->name] = std::move(chosen);
    if (found.what == code::error) errors.push_back(found.message());
    unhelpful.push_back(std::move(found));
  }
  if (candidates.empty()) return {"preemption: " + (errors.empty() ? fit_error(unhelpful) : aggregated(errors)), {}};

  const auto best = std::min_element(candidates.begin(), candidates.end(), [](const auto& a, const auto& b) {
    return cost_of(a.second) < cost_of(b.second);
  });
  preemption_result result;
  if (!in_known_order) result.uncertain = "more than twelve possible victims, some of them equally important";
  result.message = "preemption: found a potential placement for pod on node " + best->first + ", preempting " +
                   std::to_string(best->second.pods.size()) + " victims";
  for (const auto& [node, chosen] : candidates)
    if (cost_of(chosen) == cost_of(best->second)) result.best[node] = chosen;
  return result;
}

}  // namespace berth::reference
