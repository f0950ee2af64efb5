#include "test/reference/matching_volume.hpp"

#include "k8s/api/selector_faults.hpp"

#include <algorithm>

namespace berth::reference {

namespace {

k8s::quantity amount(const std::optional<k8s::quantity>& q) { return q.value_or(k8s::quantity()); }

/// Upstream: IsVolumeBoundToClaim.
bool is_kept_for(const k8s::persistent_volume& v, const k8s::persistent_volume_claim& claim) {
  return v.claim && v.claim->key == claim.key && (v.claim->uid.empty() || v.claim->uid == claim.uid);
}

bool has_all_modes(const k8s::persistent_volume& v, const k8s::persistent_volume_claim& claim) {
  for (const std::string& mode : claim.access_modes)
    if (std::find(v.access_modes.begin(), v.access_modes.end(), mode) == v.access_modes.end()) return false;
  return true;
}

}  // namespace

bool is_reachable(const std::optional<k8s::node_selector>& nodes, const k8s::string_map& labels) {
  if (!nodes) return true;
  return std::any_of(nodes->terms.begin(), nodes->terms.end(),
                     [&](const k8s::node_selector_term& t) { return t.valid() && t.matches(labels, ""); });
}

const k8s::persistent_volume* find_volume_for(const k8s::persistent_volume_claim& claim, const snapshot& s,
                                              const k8s::node& node, const std::set<std::string>& taken,
                                              std::string& error) {
  if (claim.selector)
    if (const std::string fault = k8s::parse_fault(*claim.selector); !fault.empty()) {
      error = "error creating internal label selector for claim: " + claim.key.text() + ": " + fault;
      return nullptr;
    }
  std::vector<k8s::volume_ptr> by_name = s.objects.volumes;
  std::sort(by_name.begin(), by_name.end(), [](const auto& a, const auto& b) { return a->name < b->name; });
  const k8s::persistent_volume* smallest = nullptr;
  for (const k8s::volume_ptr& p : by_name) {
    const k8s::persistent_volume& v = *p;
    // Only volumes of the claim's class are looked at; a kept one of another class is not found.
    if (v.storage_class() != claim.storage_class() || taken.contains(v.name)) continue;
    const bool kept = is_kept_for(v, claim);
    if (v.claim && !kept) continue;
    if (amount(v.capacity) < amount(claim.request) || v.block != claim.block) continue;
    if (v.attributes_class != claim.attributes_class || v.deleted) continue;
    const bool reachable = is_reachable(v.nodes, node.labels);
    if (kept) return reachable ? &v : nullptr;
    if (!v.available || !reachable || !has_all_modes(v, claim)) continue;
    if (claim.selector && !claim.selector->matches(v.labels)) continue;
    if (smallest == nullptr || amount(v.capacity) < amount(smallest->capacity)) smallest = &v;
  }
  return smallest;
}

}  // namespace berth::reference
