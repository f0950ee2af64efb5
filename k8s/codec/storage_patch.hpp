#pragma once

#include "k8s/api/storage.hpp"

#include <string>

/// What a scheduler writes into volumes and claims: merge patches, refused with 409 unless the server still has the
/// object's resourceVersion. Upstream writes whole objects, which we do not keep.
namespace berth::k8s {

/// PATCH .../persistentvolumes/NAME: the claim that it is bound to, and who bound it. `claim` is set.
std::string encode_claim_of(const persistent_volume& volume);
/// PATCH .../persistentvolumeclaims/NAME: the annotation selected-node, which is set.
std::string encode_selected_node_of(const persistent_volume_claim& claim);

}  // namespace berth::k8s
