#pragma once

#include "scoring/plugins/affinity_plan.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/// InterPodAffinity's Filter for one node: where few are asked about, where pods were put in or taken out, and for
/// `berth explain`. On the cluster's strand.
namespace berth::scoring {

/// How many pods more, or fewer, match in a topology domain than are counted.
using domain_changes = std::map<std::pair<std::string, std::string>, std::int64_t>;

/// What one cycle has found out. Copied for each trial.
struct affinity_cycle {
  std::shared_ptr<const required_affinity_plan> required;
  domain_changes affinity;
  domain_changes anti;
  domain_changes existing;

  std::shared_ptr<const preferred_affinity_plan> preferred;
};

inline std::int64_t value_on(const k8s::node& node, node_id n, const counted_key& key, const domain_changes& more) {
  const std::int64_t counted = key.placed->on(n);
  if (more.empty()) return counted;
  const std::string* value = node.labels.find(key.topology_key);
  if (value == nullptr) return counted;
  const auto there = more.find({key.topology_key, *value});
  return there == more.end() ? counted : counted + there->second;
}

/// Whether nobody matches the pod's affinity in any domain.
inline bool nobody_matches(const affinity_cycle& s) {
  std::int64_t matches = 0;
  for (const counted_key& key : s.required->affinity) matches += key.placed->matches();
  for (const auto& [domain, by] : s.affinity) matches += by;
  return matches == 0;
}

enum class affinity_answer : std::uint8_t { fits, no_affinity, own_anti_affinity, existing_anti_affinity };

/// Lives as long as the cluster does not change.
class affinity_check {
 public:
  affinity_check(const affinity_cycle& s, const cluster& nodes)
      : s_(s), nodes_(nodes), first_of_its_kind_(s.required->self_matches && nobody_matches(s)) {
    for (const counted_key& key : s.required->existing)
      if (key.placed->matches() != 0) existing_.push_back(&key);
  }

  affinity_answer operator()(node_id n) const {
    const k8s::node& node = nodes_.node(n);
    bool all_there = true;
    for (const counted_key& key : s_.required->affinity) {
      if (key.placed->domain(n) == no_domain) return affinity_answer::no_affinity;  // also for the first of its kind
      all_there = all_there && value_on(node, n, key, s_.affinity) > 0;
    }
    if (!all_there && !first_of_its_kind_) return affinity_answer::no_affinity;
    for (const counted_key& key : s_.required->anti)
      if (value_on(node, n, key, s_.anti) > 0) return affinity_answer::own_anti_affinity;
    for (const counted_key* key : existing_)
      if (value_on(node, n, *key, s_.existing) > 0) return affinity_answer::existing_anti_affinity;
    // What was put in may have terms of keys that nobody had.
    for (const auto& [domain, by] : s_.existing) {
      const std::string* value = node.labels.find(domain.first);
      if (by > 0 && value != nullptr && *value == domain.second && !is_counted(domain.first))
        return affinity_answer::existing_anti_affinity;
    }
    return affinity_answer::fits;
  }

 private:
  bool is_counted(const std::string& key) const {
    return std::any_of(existing_.begin(), existing_.end(), [&](const auto* k) { return k->topology_key == key; });
  }

  const affinity_cycle& s_;
  const cluster& nodes_;
  std::vector<const counted_key*> existing_;
  bool first_of_its_kind_;
};

}  // namespace berth::scoring
