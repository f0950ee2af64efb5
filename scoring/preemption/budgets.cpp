#include "scoring/preemption/budgets.hpp"

namespace berth::scoring {

budget_count::budget_count(std::span<const k8s::disruption_budget_ptr> budgets) {
  for (const k8s::disruption_budget_ptr& b : budgets)
    // One that is absent, empty or does not parse matches nothing.
    if (b->selector && !b->selector->empty() && b->selector->valid())
      budgets_.push_back({b.get(), b->disruptions_allowed});
}

bool budget_count::violated_by(const k8s::pod& pod) {
  const k8s::string_map& labels = pod.spec->labels;
  if (labels.empty()) return false;
  for (counted& c : budgets_) {
    if (c.budget->key.namespace_ != pod.key.namespace_ || !c.budget->selector->matches(labels)) continue;
    if (c.budget->disrupted_pods.find(pod.key.name) != nullptr) continue;
    if (--c.allowed < 0) return true;
  }
  return false;
}

}  // namespace berth::scoring
