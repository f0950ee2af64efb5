#include "test/reference/affinity_terms.hpp"

#include "k8s/api/selector_faults.hpp"

#include <algorithm>

namespace berth::reference {

namespace {

affinity_term term_of(const k8s::pod& pod, const k8s::pod_affinity_term& written, std::int64_t weight,
                      std::string& fault) {
  for (const auto* selector : {&written.selector, &written.namespace_selector})
    if (*selector && fault.empty()) fault = k8s::parse_fault(**selector);
  affinity_term term;
  term.namespaces = written.namespaces;
  if (written.namespaces.empty() && !written.namespace_selector) term.namespaces = {pod.key.namespace_};
  term.by_labels = written.namespace_selector.has_value();
  if (term.by_labels) term.namespaces_with = *written.namespace_selector;
  term.matches_pods = written.selector.has_value();
  if (term.matches_pods) term.selector = *written.selector;
  term.topology_key = written.topology_key;
  term.weight = weight;
  return term;
}

class parser {
 public:
  explicit parser(const k8s::pod& pod) : pod_(pod) {}

  std::vector<affinity_term> parse(const char* list, const std::vector<k8s::pod_affinity_term>& written) {
    std::string fault;
    std::vector<affinity_term> terms;
    for (const auto& t : written) terms.push_back(term_of(pod_, t, 1, fault));
    return checked(list, std::move(terms), fault);
  }
  std::vector<affinity_term> parse(const char* list, const std::vector<k8s::weighted_pod_affinity_term>& written) {
    std::string fault;
    std::vector<affinity_term> terms;
    for (const auto& t : written) terms.push_back(term_of(pod_, t.term, t.weight, fault));
    return checked(list, std::move(terms), fault);
  }
  std::string fault() const { return k8s::joined_faults(faults_); }

 private:
  std::vector<affinity_term> checked(const char* list, std::vector<affinity_term> terms, const std::string& fault) {
    if (fault.empty()) return terms;
    faults_.push_back(std::string(list) + ": " + fault);
    return {};
  }

  const k8s::pod& pod_;
  std::vector<std::string> faults_;
};

}  // namespace

bool affinity_term::matches(const k8s::pod& pod, const k8s::string_map& labels) const {
  const bool named = std::find(namespaces.begin(), namespaces.end(), pod.key.namespace_) != namespaces.end();
  if (!named && !(by_labels && namespaces_with.matches(labels))) return false;
  return matches_pods && selector.matches(pod.spec->labels);
}

affinity_terms terms_of(const k8s::pod& pod) {
  const k8s::pod_affinity none;
  const k8s::pod_affinity& near = pod.spec->pod_affinity_rules ? *pod.spec->pod_affinity_rules : none;
  const k8s::pod_affinity& apart = pod.spec->pod_anti_affinity_rules ? *pod.spec->pod_anti_affinity_rules : none;
  parser p(pod);
  affinity_terms terms;
  terms.required = p.parse("requiredAffinityTerms", near.required);
  terms.required_anti = p.parse("requiredAntiAffinityTerms", apart.required);
  terms.preferred = p.parse("preferredAffinityTerms", near.preferred);
  terms.preferred_anti = p.parse("preferredAntiAffinityTerms", apart.preferred);
  terms.fault = p.fault();
  return terms;
}

affinity_terms own_terms_of(const k8s::pod& pod, const snapshot& cluster) {
  affinity_terms terms = terms_of(pod);
  for (auto* list : {&terms.required, &terms.required_anti, &terms.preferred, &terms.preferred_anti})
    for (affinity_term& t : *list) {
      if (!t.by_labels || t.namespaces_with.empty()) continue;
      for (const k8s::namespace_ptr& ns : cluster.objects.namespaces)
        if (t.namespaces_with.matches(ns->labels)) t.namespaces.push_back(ns->name);
      t.by_labels = false;
    }
  return terms;
}

bool matches_all(const std::vector<affinity_term>& terms, const k8s::pod& pod) {
  static const k8s::string_map none;
  return !terms.empty() && std::all_of(terms.begin(), terms.end(), [&](const auto& t) { return t.matches(pod, none); });
}

}  // namespace berth::reference
