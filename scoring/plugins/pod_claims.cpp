#include "scoring/plugins/pod_claims.hpp"

#include <algorithm>

namespace berth::scoring {

std::vector<pod_claim> claims_of(const k8s::pod& pod) {
  std::vector<pod_claim> claims;
  for (const k8s::volume& v : pod.spec->volumes) {
    if (v.kind == k8s::volume_kind::claim) claims.push_back({v.reference, false});
    if (v.kind == k8s::volume_kind::ephemeral) claims.push_back({pod.key.name + "-" + v.name, true});
  }
  return claims;
}

std::vector<std::string> named_claims_of(const k8s::pod_spec& spec) {
  std::vector<std::string> claims;
  for (const k8s::volume& v : spec.volumes)
    if (v.kind == k8s::volume_kind::claim) claims.push_back(v.reference);
  return claims;
}

bool mounts(const k8s::pod& pod, const k8s::persistent_volume_claim& claim) {
  if (claim.key.namespace_ != pod.key.namespace_) return false;
  const std::vector<pod_claim> all = claims_of(pod);
  return std::any_of(all.begin(), all.end(), [&](const pod_claim& c) { return c.name == claim.key.name; });
}

bool names(const k8s::pod& pod, const k8s::persistent_volume_claim& claim) {
  if (claim.key.namespace_ != pod.key.namespace_) return false;
  const std::vector<std::string> all = named_claims_of(*pod.spec);
  return std::find(all.begin(), all.end(), claim.key.name) != all.end();
}

std::string not_found(std::string_view resource, std::string_view name) {
  return std::string(resource) + " \"" + std::string(name) + "\" not found";
}

std::string not_made_for(const k8s::pod& pod, const k8s::persistent_volume_claim& claim) {
  if (claim.key.namespace_ == pod.key.namespace_ && claim.owner && claim.owner->uid == pod.uid) return "";
  return "PVC " + claim.key.text() + " was not created for pod " + pod.key.text() + " (pod is not owner)";
}

}  // namespace berth::scoring
