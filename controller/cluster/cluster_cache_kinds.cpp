#include "controller/cluster/cluster_cache.hpp"

#include <set>
#include <utility>

/// The other kinds that decisions read: disruption budgets, namespaces, and the selectors of services and workloads.
namespace berth::controller {

// ---- disruption budgets -------------------------------------------------------------------------------------------

void cluster_cache::replaced(std::vector<k8s::disruption_budget_ptr> all) {
  std::set<k8s::object_key> listed;
  for (const k8s::disruption_budget_ptr& b : all) listed.insert(b->key);
  std::vector<k8s::object_key> gone;
  for (const k8s::disruption_budget_ptr& b : index_.disruption_budgets())
    if (!listed.contains(b->key)) gone.push_back(b->key);
  for (const k8s::object_key& key : gone) index_.remove_disruption_budget(key);
  for (k8s::disruption_budget_ptr& b : all) index_.set_disruption_budget(std::move(b));
  budgets_listed_ = true;
  listener_.listed();
}

// Nothing waits for a budget: whoever could be preempted is looked at anew in each attempt.
void cluster_cache::applied(k8s::disruption_budget_ptr budget) { index_.set_disruption_budget(std::move(budget)); }
void cluster_cache::removed(k8s::disruption_budget_ptr budget) { index_.remove_disruption_budget(budget->key); }

// ---- namespaces -------------------------------------------------------------------------------------------------

void cluster_cache::replaced(std::vector<k8s::namespace_ptr> all) {
  k8s::view_set listed;
  for (const k8s::namespace_ptr& ns : all) listed.insert(ns->name);
  std::vector<k8s::namespace_ptr> gone;
  for (const auto& [name, ns] : namespaces_)
    if (!listed.contains(name)) gone.push_back(ns);
  for (k8s::namespace_ptr& ns : gone) removed(std::move(ns));
  for (k8s::namespace_ptr& ns : all) applied(std::move(ns));
  namespaces_listed_ = true;
  listener_.listed();
}

void cluster_cache::applied(k8s::namespace_ptr ns) {
  const auto there = namespaces_.find(ns->name);
  const bool known = there != namespaces_.end();
  if (known && there->second->labels == ns->labels) return;
  const std::string name = ns->name;
  index_.set_namespace(ns);
  namespaces_.insert_or_assign(name, std::move(ns));
  listener_.happened(namespace_changed(known ? scoring::action_update_labels : scoring::action_add));
}

void cluster_cache::removed(k8s::namespace_ptr ns) {
  if (namespaces_.erase(ns->name) == 0) return;
  index_.remove_namespace(ns->name);
  listener_.happened(namespace_changed(scoring::action_delete));
}

// ---- services and workloads -------------------------------------------------------------------------------------

selector_stores& cluster_cache::selectors() {
  if (!selectors_) selectors_.emplace(index_.workload_selectors(), [this] { listener_.listed(); });
  return *selectors_;
}

}  // namespace berth::controller
