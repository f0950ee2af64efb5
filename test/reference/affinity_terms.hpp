#pragma once

#include "k8s/api/pod.hpp"
#include "test/reference/snapshot.hpp"

#include <cstdint>
#include <string>
#include <vector>

/// A pod's affinity and anti-affinity to pods, each list ready to be matched. Upstream: framework/types.go, NewPodInfo,
/// AffinityTerm.
namespace berth::reference {

struct affinity_term {
  std::vector<std::string> namespaces;
  k8s::label_selector namespaces_with;  ///< by their labels, where `by_labels` is set; {} is all
  bool by_labels = false;
  k8s::label_selector selector;
  bool matches_pods = true;  ///< false: an absent selector
  std::string topology_key;
  std::int64_t weight = 1;  ///< of a preferred term; of a required one 1

  /// `labels` are those of the pod's namespace.
  bool matches(const k8s::pod& pod, const k8s::string_map& labels) const;
};

struct affinity_terms {
  std::vector<affinity_term> required;
  std::vector<affinity_term> required_anti;
  std::vector<affinity_term> preferred;
  std::vector<affinity_term> preferred_anti;
  /// Which list does not parse, and why. Such a list is empty.
  std::string fault;
};

affinity_terms terms_of(const k8s::pod& pod);
/// Of the pod that is scheduled: namespaces that are named by labels are those that there are. (Of placed pods the
/// labels are asked when they are matched, so that a namespace nobody knows has none.) Upstream:
/// mergeAffinityTermNamespacesIfNotEmpty.
affinity_terms own_terms_of(const k8s::pod& pod, const snapshot& cluster);

/// False where there are no terms.
bool matches_all(const std::vector<affinity_term>& terms, const k8s::pod& pod);

}  // namespace berth::reference
