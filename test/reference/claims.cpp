#include "test/reference/claims.hpp"

namespace berth::reference {

std::vector<mounted_claim> claims_of(const k8s::pod& pod) {
  std::vector<mounted_claim> claims;
  for (const k8s::volume& v : pod.spec->volumes) {
    if (v.kind == k8s::volume_kind::claim) claims.push_back({v.reference});
    if (v.kind == k8s::volume_kind::ephemeral) claims.push_back({pod.key.name + "-" + v.name, true});
  }
  return claims;
}

std::string not_found(std::string_view resource, std::string_view name) {
  return std::string(resource) + " \"" + std::string(name) + "\" not found";
}

std::string not_made_for(const k8s::pod& pod, const k8s::persistent_volume_claim& claim) {
  if (claim.key.namespace_ == pod.key.namespace_ && claim.owner && claim.owner->uid == pod.uid) return "";
  return "PVC " + claim.key.text() + " was not created for pod " + pod.key.text() + " (pod is not owner)";
}

}  // namespace berth::reference
