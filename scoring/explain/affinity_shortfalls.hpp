#pragma once

#include "k8s/api/selector.hpp"
#include "scoring/explains.hpp"

#include <optional>
#include <span>
#include <string>

/// What InterPodAffinity misses on a node, in words. Pure.
namespace berth::scoring {

/// A placed pod in the topology domain of a node.
struct near_pod {
  std::string pod;  ///< "namespace/name"
  std::string node;
  std::string domain;
};

shortfall no_such_label(const std::string& topology_key);
/// No pod that affinity asks for is in the domain.
shortfall nobody_near(const std::string& topology_key, const std::string& domain,
                      std::span<const std::optional<k8s::label_selector>> wanted);
/// A pod that the pod's own anti-affinity is about.
shortfall avoided_pod(const std::string& topology_key, const near_pod& there);
/// A pod whose anti-affinity is about the pod.
shortfall avoiding_pod(const std::string& topology_key, const near_pod& there);

}  // namespace berth::scoring
