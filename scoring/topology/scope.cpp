#include "scoring/topology/scope.hpp"

#include "scoring/topology/content_key.hpp"

#include <algorithm>
#include <vector>

namespace berth::scoring {

namespace {

// A term that does not parse matches no node and is told nowhere. Upstream: nodeaffinity.GetRequiredNodeAffinity, whose
// errors PodTopologySpread drops.
bool node_rules_match(const k8s::pod_spec& spec, const k8s::node& node) {
  for (const auto& [key, value] : spec.node_selector) {
    const std::string* there = node.labels.find(key);
    if (there == nullptr || *there != value) return false;
  }
  if (!spec.affinity || !spec.affinity->required) return true;
  const std::vector<k8s::node_selector_term>& terms = spec.affinity->required->terms;
  return std::any_of(terms.begin(), terms.end(),
                     [&](const k8s::node_selector_term& t) { return t.matches(node.labels, node.name) && t.valid(); });
}

bool tolerates_all(const k8s::pod_spec& spec, const k8s::node& node) {
  return std::all_of(node.taints.begin(), node.taints.end(), [&](const k8s::taint& t) {
    const bool keeps_pods_away =
        t.effect == k8s::taint_effect::no_schedule || t.effect == k8s::taint_effect::no_execute;
    return !keeps_pods_away || k8s::tolerates(spec.tolerations, t);
  });
}

}  // namespace

bool scope_rules::let_in(const k8s::node& node) const {
  return std::all_of(keys.begin(), keys.end(), [&](const std::string& key) { return node.labels.contains(key); }) &&
         (node_rules == nullptr || node_rules_match(*node_rules, node)) &&
         (taints == nullptr || tolerates_all(*taints, node));
}

std::string scope_rules::identity() const {
  std::vector<std::string> sorted = keys;
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  content_key key;
  key.add(sorted);
  key.add(std::uint64_t{node_rules != nullptr ? 1u : 0u});
  if (node_rules != nullptr) {
    key.add(node_rules->node_selector);
    key.add(node_rules->affinity ? node_rules->affinity->required : std::nullopt);
  }
  key.add(std::uint64_t{taints != nullptr ? 1u : 0u});
  if (taints != nullptr) {
    key.add(taints->tolerations.size());
    for (const k8s::toleration& t : taints->tolerations)
      key.add(t.key).add(static_cast<std::uint64_t>(t.op)).add(t.value).add(static_cast<std::uint64_t>(t.effect));
  }
  return key.take();
}

}  // namespace berth::scoring
