#include "scoring/plugins/affinity_hints.hpp"

#include "scoring/plugins/affinity_terms.hpp"

#include <algorithm>

namespace berth::scoring {

namespace {

struct own_terms {
  std::vector<resolved_term> affinity;
  std::vector<resolved_term> anti;
};

bool has_place(const k8s::pod& pod) { return !pod.node_name.empty() || !pod.nominated_node_name.empty(); }

// Whether one of the required terms does not parse, so that none counts.
template <class Rules>
bool required_is_broken(const Rules& rules) {
  return rules && required_of(rules).size() != rules->required.size();
}

// A pod that goes takes its own anti-affinity with it. Where one of its terms does not parse, that counts as a cure,
// as upstream.
bool went_with_anti_affinity_to(const k8s::pod_spec& gone, const k8s::pod_spec& pod) {
  return required_is_broken(gone.pod_anti_affinity_rules) ||
         matches_any(resolve(required_of(gone.pod_anti_affinity_rules), gone, nullptr), pod);
}

bool after_assigned_pod(const cluster_event& e, const k8s::pod_spec& pod, const own_terms& own) {
  if (e.new_pod != nullptr && !has_place(*e.new_pod)) return false;
  if (e.old_pod != nullptr && !has_place(*e.old_pod)) return false;
  if (e.new_pod == nullptr && e.old_pod == nullptr) return true;
  if (e.old_pod == nullptr) return matches_all(own.affinity, *e.new_pod->spec);
  const k8s::pod_spec& before = *e.old_pod->spec;
  if (e.new_pod == nullptr) return matches_any(own.anti, before) || went_with_anti_affinity_to(before, pod);
  const k8s::pod_spec& now = *e.new_pod->spec;
  return (!matches_all(own.affinity, before) && matches_all(own.affinity, now)) ||
         (matches_any(own.anti, before) && !matches_any(own.anti, now));
}

bool after_node(const cluster_event& e, const own_terms& own) {
  if (e.new_node == nullptr) return true;
  const k8s::string_map& now = e.new_node->labels;
  if (e.old_node == nullptr)
    return !own.anti.empty() || std::any_of(own.affinity.begin(), own.affinity.end(),
                                            [&](const resolved_term& t) { return now.contains(t.topology_key); });
  const k8s::string_map& before = e.old_node->labels;
  const auto moved = [&](const std::string& key) {
    const std::string* a = before.find(key);
    const std::string* b = now.find(key);
    return a != nullptr && b != nullptr && *a != *b;
  };
  // Without the label a node is open to anti-affinity and closed to affinity.
  return std::any_of(own.affinity.begin(), own.affinity.end(),
                     [&](const resolved_term& t) {
                       const bool came = !before.contains(t.topology_key) && now.contains(t.topology_key);
                       return came || moved(t.topology_key);
                     }) ||
         std::any_of(own.anti.begin(), own.anti.end(), [&](const resolved_term& t) {
           const bool went = before.contains(t.topology_key) && !now.contains(t.topology_key);
           return went || moved(t.topology_key);
         });
}

}  // namespace

bool affinity_may_fit_after(const cluster_event& e, const k8s::pod_spec& pod) {
  if (e.resource == event_resource::target_pod) return true;
  const own_terms own{required_affinity(pod, nullptr), required_anti_affinity(pod, nullptr)};
  if (required_is_broken(pod.pod_affinity_rules) || required_is_broken(pod.pod_anti_affinity_rules)) return true;
  switch (e.resource) {
    case event_resource::assigned_pod:
      return after_assigned_pod(e, pod, own);
    case event_resource::node:
      return after_node(e, own);
    default:
      return true;
  }
}

}  // namespace berth::scoring
