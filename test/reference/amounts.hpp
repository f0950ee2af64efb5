#pragma once

#include "test/reference/snapshot.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

/// What pods ask for and hold, and what nodes have, as whole numbers: cpu in thousandths, everything else in units.
/// Upstream: component-helpers/resource (PodRequests); framework/types.go (Resource, CalculateResource).
namespace berth::reference {

using amounts = std::map<std::string, std::int64_t>;

std::int64_t amount_of(const amounts& from, const std::string& resource);

/// Neither cpu, memory, ephemeral-storage nor pods: huge pages, attachable volumes, and what has a domain in its name.
/// Upstream: IsScalarResourceName.
bool is_scalar(std::string_view resource);
/// Of those, what is nobody's of Kubernetes itself. Upstream: IsExtendedResourceName.
bool is_extended(std::string_view resource);

/// How PodRequests is asked.
struct request_options {
  bool by_status = false;  ///< what status says counts too: of placed pods, which may be in the midst of a resize
  bool pod_level = true;   ///< spec.resources stands for the sum over containers
  /// What a container counts as that does not name the resource.
  bool default_cpu = false;
  bool default_memory = false;
};
amounts requests_of(const k8s::pod& pod, const request_options& options);

/// Summed over the pods on a node. Upstream: NodeInfo.Requested.
amounts requested_on(const node_state& node);
/// The same with 100m and 200MB for containers that name no cpu or no memory: what NodeResourcesFit scores by.
/// Upstream: NodeInfo.NonZeroRequested.
amounts non_zero_requested_on(const node_state& node);
/// With "pods".
amounts allocatable_of(const k8s::node& node);

}  // namespace berth::reference
