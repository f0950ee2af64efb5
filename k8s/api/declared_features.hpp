#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Features of a kubelet that its node declares (status.declaredFeatures) and that some pods need. Of upstream's
/// registry these are the ones that matter to scheduling; the others concern only updates of running pods. Pure.
/// Upstream: component-helpers/nodedeclaredfeatures.
namespace berth::k8s {

/// A mask.
enum declared_feature : std::uint8_t {
  feature_restart_all_containers = 1u << 0,
  feature_user_namespaces_host_network = 1u << 1,
  feature_bind_mount_options = 1u << 2,
};

/// Features that a node declares, or that a pod needs.
using declared_features = std::uint8_t;

/// As nodes declare them. The list is taken to be sorted, as API servers have it: of one that is not, some names are
/// not seen, as upstream's FeatureMapper.TryMap has it. Unknown names are ignored.
declared_features declared_among(const std::vector<std::string>& names);

/// The names of the features in this mask, sorted.
std::vector<std::string_view> names_of(declared_features features);

}  // namespace berth::k8s
