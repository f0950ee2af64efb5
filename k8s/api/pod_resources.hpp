#pragma once

#include "k8s/api/pod.hpp"
#include "k8s/api/quantity.hpp"

#include <string_view>

/// What a pod asks for and what it may use at most, all its containers together, as its spec says: what a kubelet
/// reports of a resize is not in it. Pure. Upstream: component-helpers/resource, PodRequests and PodLimits without
/// options.
///
/// What a placed pod holds of its node, which is what decisions go by, is in scoring/index/pod_amounts.hpp.
namespace berth::k8s {

/// Whether a pod may ask for this resource as a whole. Upstream: component-helpers/resource,
/// IsSupportedPodLevelResource.
inline bool is_pod_level_resource(std::string_view name) {
  return name == "cpu" || name == "memory" || name.starts_with("hugepages-");
}

/// Amounts for the pod as a whole stand for what its containers ask for; the overhead comes on top. Amounts of zero may
/// be among them.
resource_list requests_of(const pod_spec& spec);

/// The same of limits. The overhead comes on top of a limit that is there and not zero: no limit stays none.
resource_list limits_of(const pod_spec& spec);

}  // namespace berth::k8s
