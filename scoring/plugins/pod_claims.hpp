#pragma once

#include "k8s/api/pod.hpp"
#include "k8s/api/storage.hpp"

#include <string>
#include <string_view>
#include <vector>

/// The claims that a pod mounts, and the words in which kube-scheduler says that something about them is wrong. Pure.
namespace berth::scoring {

struct pod_claim {
  std::string name;
  /// It is made from a template in the pod, which must own it.
  bool ephemeral = false;
};

/// In the order of the pod's volumes, a claim as often as it is mounted.
std::vector<pod_claim> claims_of(const k8s::pod& pod);
/// The same without ephemeral ones.
std::vector<std::string> named_claims_of(const k8s::pod_spec& spec);
/// Whether the pod mounts it, ephemeral ones included. For queueing hints.
bool mounts(const k8s::pod& pod, const k8s::persistent_volume_claim& claim);
/// The same without ephemeral ones.
bool names(const k8s::pod& pod, const k8s::persistent_volume_claim& claim);

/// `persistentvolumeclaim "data" not found`. Upstream: apierrors.NewNotFound, as the listers call it.
std::string not_found(std::string_view resource, std::string_view name);
/// "" where the pod owns the claim. Upstream: ephemeral.VolumeIsForPod.
std::string not_made_for(const k8s::pod& pod, const k8s::persistent_volume_claim& claim);

inline constexpr std::string_view claim_resource = "persistentvolumeclaim";
inline constexpr std::string_view volume_resource = "persistentvolume";
inline constexpr std::string_view class_resource = "storageclass.storage.k8s.io";

}  // namespace berth::scoring
