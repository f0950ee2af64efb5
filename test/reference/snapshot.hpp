#pragma once

#include "k8s/codec/cluster_file.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

/// The cluster as one decision sees it: lists of objects, and nothing that is derived from them beforehand but which
/// pods are on which node. What is looked for is looked for from the beginning of a list to its end.
/// Upstream: backend/cache, Snapshot; framework.NodeInfo.
namespace berth::reference {

struct node_state {
  k8s::node_ptr node;
  std::vector<k8s::pod_ptr> pods;
};

struct snapshot {
  /// `objects` outlive this. Waiting pods of these schedulers may hold nominations.
  snapshot(const k8s::cluster_objects& objects, const std::set<std::string>& schedulers);

  const k8s::cluster_objects& objects;
  std::vector<node_state> nodes;  ///< by name
  /// Waiting pods that are nominated to a node.
  std::vector<k8s::pod_ptr> nominated;

  /// nullptr where there is none of that name; so also those that follow.
  const node_state* find_node(std::string_view name) const;
  const k8s::persistent_volume_claim* find_claim(std::string_view ns, std::string_view name) const;
  const k8s::persistent_volume* find_volume(std::string_view name) const;
  const k8s::storage_class* find_class(std::string_view name) const;
  const k8s::csi_node* find_csi_node(std::string_view name) const;
  const k8s::csi_driver* find_driver(std::string_view name) const;
  /// None where the namespace is not known.
  const k8s::string_map& namespace_labels(std::string_view name) const;
};

/// Whether the pod counts on its node: neither finished nor without one.
bool is_placed(const k8s::pod& pod);
/// Takes a pod of that uid from the node.
void take_out(node_state& from, const k8s::pod& pod);

}  // namespace berth::reference
