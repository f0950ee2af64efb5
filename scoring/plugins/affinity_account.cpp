#include "scoring/plugins/affinity_account.hpp"

#include "scoring/explain/affinity_shortfalls.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace berth::scoring {

namespace {

// A placed pod in the node's domain, for explain.
template <class Is>
std::optional<near_pod> find_near(const cluster& nodes, const counted_key& key, node_id at, Is&& is) {
  const domain_id d = key.placed->domain(at);
  std::optional<near_pod> found;
  if (d == no_domain || key.placed->at(d) <= 0) return found;
  nodes.nodes().for_each([&](node_id n) {
    if (found || key.placed->domain(n) != d) return;
    for (const pod_info& placed : nodes.pods_on(n))
      if (is(placed.spec()) && (!found || placed.pod->key.text() < found->pod))
        found = near_pod{placed.pod->key.text(), nodes.node(n).name, key.placed->by().value(d)};
  });
  return found;
}

}  // namespace

std::vector<shortfall> affinity_shortfalls_on(node_id n, const affinity_cycle& s, const cluster& nodes) {
  const required_affinity_plan& plan = *s.required;
  switch (affinity_check(s, nodes)(n)) {
    case affinity_answer::fits:
      return {};
    case affinity_answer::no_affinity:
      for (const counted_key& key : plan.affinity) {
        const domain_id d = key.placed->domain(n);
        if (d == no_domain) return {no_such_label(key.topology_key)};
        if (key.placed->at(d) > 0) continue;
        std::vector<wanted_pods> wanted;
        for (const resolved_term& t : plan.affinity_terms)
          wanted.push_back({t.selector, t.every_namespace, t.namespaces});
        return {nobody_near(key.topology_key, key.placed->by().value(d), wanted)};
      }
      return {};
    case affinity_answer::own_anti_affinity:
      for (const counted_key& key : plan.anti)
        if (const auto found = find_near(nodes, key, n, [&](const k8s::pod_spec& placed) {
              return std::any_of(plan.anti_terms.begin(), plan.anti_terms.end(), [&](const resolved_term& t) {
                return t.topology_key == key.topology_key && t.matches(placed);
              });
            }))
          return {avoided_pod(key.topology_key, *found)};
      return {};
    case affinity_answer::existing_anti_affinity:
      for (const counted_key& key : plan.existing)
        if (const auto found = find_near(nodes, key, n, [&](const k8s::pod_spec& placed) {
              const auto& terms = required_of(placed.pod_anti_affinity_rules);
              return std::any_of(terms.begin(), terms.end(), [&](const k8s::pod_affinity_term& t) {
                return t.topology_key == key.topology_key && concerns(t, placed, *plan.incoming);
              });
            }))
          return {avoiding_pod(key.topology_key, *found)};
      return {};
  }
  return {};
}

}  // namespace berth::scoring
