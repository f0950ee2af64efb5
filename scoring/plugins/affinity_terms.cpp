#include "scoring/plugins/affinity_terms.hpp"

#include "k8s/api/selector_faults.hpp"

#include <algorithm>

namespace berth::scoring {

namespace {

using term = k8s::pod_affinity_term;
using weighted_term = k8s::weighted_pod_affinity_term;

const term& term_of(const term& t) { return t; }
const term& term_of(const weighted_term& t) { return t.term; }

std::string fault_of(const term& t) {
  if (t.selector && !t.selector->valid()) return k8s::parse_fault(*t.selector);
  if (t.namespace_selector && !t.namespace_selector->valid()) return k8s::parse_fault(*t.namespace_selector);
  return "";
}

// Of the first term that does not parse.
template <class Term>
std::string fault_of(const std::vector<Term>& terms) {
  for (const Term& t : terms)
    if (std::string fault = fault_of(term_of(t)); !fault.empty()) return fault;
  return "";
}

template <class Term>
const std::vector<Term>& all_or_none(const std::vector<Term>& terms) {
  static const std::vector<Term> none;
  const bool parse = std::all_of(terms.begin(), terms.end(), [](const Term& t) {
    const term& one = term_of(t);
    return (!one.selector || one.selector->valid()) && (!one.namespace_selector || one.namespace_selector->valid());
  });
  return parse ? terms : none;
}

resolved_term resolve(const term& t, const k8s::pod_spec& owner, const cluster* nodes, std::int64_t weight) {
  resolved_term made{t.topology_key, false, t.namespaces, t.selector, weight};
  if (t.namespaces.empty() && !t.namespace_selector) made.namespaces.push_back(owner.namespace_);
  if (t.namespace_selector) {
    if (t.namespace_selector->empty() || (nodes == nullptr && t.namespace_selector->matches({})))
      made.every_namespace = true;
    else if (nodes != nullptr)
      nodes->for_each_namespace([&](const k8s::namespace_object& ns) {
        if (t.namespace_selector->matches(ns.labels)) made.namespaces.push_back(ns.name);
      });
  }
  std::sort(made.namespaces.begin(), made.namespaces.end());
  made.namespaces.erase(std::unique(made.namespaces.begin(), made.namespaces.end()), made.namespaces.end());
  return made;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

bool resolved_term::matches(const k8s::pod_spec& placed) const {
  return (every_namespace || std::binary_search(namespaces.begin(), namespaces.end(), placed.namespace_)) && selector &&
         selector->matches(placed.labels);
}

std::string parse_fault(const k8s::pod_spec& pod) {
  std::vector<std::string> faults;
  const auto add = [&](const char* which, std::string fault) {
    if (!fault.empty()) faults.push_back(which + std::move(fault));
  };
  if (pod.pod_affinity_rules) add("requiredAffinityTerms: ", fault_of(pod.pod_affinity_rules->required));
  if (pod.pod_anti_affinity_rules) add("requiredAntiAffinityTerms: ", fault_of(pod.pod_anti_affinity_rules->required));
  if (pod.pod_affinity_rules) add("preferredAffinityTerms: ", fault_of(pod.pod_affinity_rules->preferred));
  if (pod.pod_anti_affinity_rules)
    add("preferredAntiAffinityTerms: ", fault_of(pod.pod_anti_affinity_rules->preferred));
  return faults.empty() ? std::string() : k8s::joined_faults(std::move(faults));
}

std::vector<resolved_term> resolve(const std::vector<k8s::pod_affinity_term>& terms, const k8s::pod_spec& owner,
                                   const cluster* nodes) {
  std::vector<resolved_term> made;
  for (const term& t : terms) made.push_back(resolve(t, owner, nodes, 0));
  return made;
}

std::vector<resolved_term> required_affinity(const k8s::pod_spec& pod, const cluster* nodes) {
  return resolve(required_of(pod.pod_affinity_rules), pod, nodes);
}

std::vector<resolved_term> required_anti_affinity(const k8s::pod_spec& pod, const cluster* nodes) {
  return resolve(required_of(pod.pod_anti_affinity_rules), pod, nodes);
}

std::vector<resolved_term> preferences(const k8s::pod_spec& pod, const cluster* nodes) {
  std::vector<resolved_term> made;
  for (const weighted_term& t : preferred_of(pod.pod_affinity_rules))
    made.push_back(resolve(t.term, pod, nodes, t.weight));
  for (const weighted_term& t : preferred_of(pod.pod_anti_affinity_rules))
    made.push_back(resolve(t.term, pod, nodes, -std::int64_t{t.weight}));
  return made;
}

bool matches_all(const std::vector<resolved_term>& terms, const k8s::pod_spec& placed) {
  return !terms.empty() &&
         std::all_of(terms.begin(), terms.end(), [&](const resolved_term& t) { return t.matches(placed); });
}

bool matches_any(const std::vector<resolved_term>& terms, const k8s::pod_spec& placed) {
  return std::any_of(terms.begin(), terms.end(), [&](const resolved_term& t) { return t.matches(placed); });
}

incoming_pod::incoming_pod(std::shared_ptr<const k8s::pod_spec> pod, const cluster& nodes) : spec(std::move(pod)) {
  if (const k8s::string_map* known = nodes.namespace_labels(spec->namespace_)) namespace_labels = *known;
}

bool concerns(const k8s::pod_affinity_term& t, const k8s::pod_spec& owner, const incoming_pod& incoming) {
  const bool own_namespace =
      t.namespaces.empty() && !t.namespace_selector && owner.namespace_ == incoming.spec->namespace_;
  const bool in_scope = own_namespace || contains(t.namespaces, incoming.spec->namespace_) ||
                        (t.namespace_selector && t.namespace_selector->matches(incoming.namespace_labels));
  return in_scope && t.selector && t.selector->matches(incoming.spec->labels);
}

const std::vector<k8s::pod_affinity_term>& required_of(const std::optional<k8s::pod_affinity>& rules) {
  static const std::vector<k8s::pod_affinity_term> none;
  return rules ? all_or_none(rules->required) : none;
}

const std::vector<k8s::weighted_pod_affinity_term>& preferred_of(const std::optional<k8s::pod_affinity>& rules) {
  static const std::vector<k8s::weighted_pod_affinity_term> none;
  return rules ? all_or_none(rules->preferred) : none;
}

}  // namespace berth::scoring
