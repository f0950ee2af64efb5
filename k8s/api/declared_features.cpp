#include "k8s/api/declared_features.hpp"

#include <algorithm>
#include <array>

namespace berth::k8s {

namespace {

struct known_feature {
  std::string_view name;
  declared_features bit;  // 0: no pod needs it in order to be scheduled
};

// Sorted by name. Those without a bit are here because of lists that are not sorted.
constexpr std::array<known_feature, 9> known{{
    {"DRANodeAllocatableResources", 0},
    {"DRAOptionalNodeOperations", 0},
    {"ExtendWebSocketsToKubelet", 0},
    {"InPlacePodLevelResourcesVerticalScaling", 0},
    {"InPlacePodVerticalScalingInitContainers", 0},
    {"InPlacePodVerticalScalingMemoryBackedVolumes", 0},
    {"RestartAllContainersOnContainerExits", feature_restart_all_containers},
    {"UserNamespacesHostNetworkSupport", feature_user_namespaces_host_network},
    {"VolumeBindMountOptions", feature_bind_mount_options},
}};

}  // namespace

declared_features declared_among(const std::vector<std::string>& names) {
  declared_features found = 0;
  auto next = known.begin();
  for (const std::string& name : names) {
    next = std::find_if(next, known.end(), [&](const known_feature& f) { return f.name >= name; });
    if (next == known.end()) break;
    if (next->name == name) found |= (next++)->bit;
  }
  return found;
}

std::vector<std::string_view> names_of(declared_features features) {
  std::vector<std::string_view> names;
  for (const known_feature& f : known)
    if ((f.bit & features) != 0) names.push_back(f.name);
  return names;
}

}  // namespace berth::k8s
