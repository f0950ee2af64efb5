#pragma once

#include "k8s/api/pod.hpp"
#include "scoring/cluster.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// The terms of pod affinity and anti-affinity, as InterPodAffinity reads them. Values; pure.
///
/// Two kinds of terms, as upstream has it. Those of the waiting pod are resolved: a namespaceSelector becomes the names
/// of the namespaces that are known now. Those of placed pods are asked about the labels of the waiting pod's
/// namespace. matchLabelKeys are not looked at: the API server has put them into the selector. Upstream:
/// framework.NewPodInfo, AffinityTerm.Matches; plugins/interpodaffinity, mergeAffinityTermNamespacesIfNotEmpty.
namespace berth::scoring {

/// A term of the waiting pod.
struct resolved_term {
  std::string topology_key;
  bool every_namespace = false;
  std::vector<std::string> namespaces;  ///< sorted
  std::optional<k8s::label_selector> selector;
  std::int64_t weight = 0;  ///< of a preferred term; negative for anti-affinity

  bool matches(const k8s::pod_spec& placed) const;
};

/// Why the pod's terms do not parse, in upstream's words; "" where they do.
std::string parse_fault(const k8s::pod_spec& pod);

/// `nodes` knows the namespaces. Null, as for queueing hints upstream: a namespaceSelector then is about all namespaces
/// if it matches one without labels, else about none.
std::vector<resolved_term> resolve(const std::vector<k8s::pod_affinity_term>& terms, const k8s::pod_spec& owner,
                                   const cluster* nodes);
std::vector<resolved_term> required_affinity(const k8s::pod_spec& pod, const cluster* nodes);
std::vector<resolved_term> required_anti_affinity(const k8s::pod_spec& pod, const cluster* nodes);
/// Those of affinity and of anti-affinity.
std::vector<resolved_term> preferences(const k8s::pod_spec& pod, const cluster* nodes);

/// False where there are no terms.
bool matches_all(const std::vector<resolved_term>& terms, const k8s::pod_spec& placed);
bool matches_any(const std::vector<resolved_term>& terms, const k8s::pod_spec& placed);

/// The waiting pod as terms of placed pods see it. Its spec is shared and not copied: a pod may have 100,000 labels.
struct incoming_pod {
  std::shared_ptr<const k8s::pod_spec> spec;
  k8s::string_map namespace_labels;  ///< empty where the namespace is not known

  incoming_pod(std::shared_ptr<const k8s::pod_spec> pod, const cluster& nodes);
};

/// Whether a term of a placed pod is about the waiting one.
bool concerns(const k8s::pod_affinity_term& term, const k8s::pod_spec& owner, const incoming_pod& incoming);

/// Of terms one of which does not parse, upstream takes none: these are those it takes.
const std::vector<k8s::pod_affinity_term>& required_of(const std::optional<k8s::pod_affinity>& rules);
const std::vector<k8s::weighted_pod_affinity_term>& preferred_of(const std::optional<k8s::pod_affinity>& rules);

}  // namespace berth::scoring
