#pragma once

#include "k8s/api/selector.hpp"
#include "scoring/explains.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

/// What InterPodAffinity misses on a node, in words. Pure.
namespace berth::scoring {

/// A placed pod in the topology domain of a node.
struct near_pod {
  std::string pod;  ///< "namespace/name"
  std::string node;
  std::string domain;
};

shortfall no_such_label(const std::string& topology_key);
/// The pods that a term of affinity asks for.
struct wanted_pods {
  std::optional<k8s::label_selector> selector;
  bool every_namespace = false;
  std::vector<std::string> namespaces;  ///< none: its namespaceSelector matches none
};
/// None of the pods that affinity asks for is in the domain. There is at least one term.
shortfall nobody_near(const std::string& topology_key, const std::string& domain, std::span<const wanted_pods> wanted);
/// A pod that the pod's own anti-affinity is about.
shortfall avoided_pod(const std::string& topology_key, const near_pod& there);
/// A pod whose anti-affinity is about the pod.
shortfall avoiding_pod(const std::string& topology_key, const near_pod& there);

}  // namespace berth::scoring
