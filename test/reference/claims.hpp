#pragma once

#include "test/reference/snapshot.hpp"

#include <string>
#include <string_view>
#include <vector>

/// The claims that a pod mounts. Upstream: component-helpers/storage/ephemeral, and each of the volume plugins.
namespace berth::reference {

struct mounted_claim {
  std::string name;
  bool ephemeral = false;  ///< made from the pod's own template, for this pod alone
};
std::vector<mounted_claim> claims_of(const k8s::pod& pod);

/// As the API server says it: `persistentvolumeclaim "data" not found`.
std::string not_found(std::string_view resource, std::string_view name);

/// Why the claim is none for this pod's ephemeral volume; "" where it is. Upstream: VolumeIsForPod.
std::string not_made_for(const k8s::pod& pod, const k8s::persistent_volume_claim& claim);

}  // namespace berth::reference
