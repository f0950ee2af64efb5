#include "scoring/preemption/budgets.hpp"

namespace berth::scoring {

budget_count::budget_count(std::span<const k8s::disruption_budget_ptr> budgets) {
  for (const k8s::disruption_budget_ptr& b : budgets)
    // One that is absent, empty or does not parse matches nothing.
    if (b->selector && !b->selector->empty() && b->selector->valid())
      budgets_.push_back({b.get(), b->disruptions_allowed});
}

bool budget_count::violated_by(const k8s::pod& pod) {
  if (pod.spec->labels.empty()) return false;
  for (counted& c : budgets_)
    if (matches(*c.budget, pod) && --c.allowed < 0) return true;
  return false;
}

const k8s::disruption_budget* budget_count::protecting(const k8s::pod& pod) const {
  if (pod.spec->labels.empty()) return nullptr;
  for (const counted& c : budgets_)
    if (c.allowed < 1 && matches(*c.budget, pod)) return c.budget;
  return nullptr;
}

bool budget_count::matches(const k8s::disruption_budget& budget, const k8s::pod& pod) {
  return budget.key.namespace_ == pod.key.namespace_ && budget.selector->matches(pod.spec->labels) &&
         budget.disrupted_pods.find(pod.key.name) == nullptr;
}

}  // namespace berth::scoring
