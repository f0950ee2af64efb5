#include "controller/cluster/cluster_cache.hpp"

#include <utility>

/// The whole texts of pods and nodes, for extenders that are sent them.
namespace berth::controller {

void cluster_cache::whole(const k8s::pod& pod, std::shared_ptr<const std::string> json) {
  if (pod.terminal()) return;
  if (pod.node_name.empty() ? is_ours_(pod.spec->scheduler_name) : keeps_placed_texts_)
    pod_texts_.insert_or_assign(pod.uid, std::move(json));
}

void cluster_cache::whole(const k8s::node& node, std::shared_ptr<const std::string> json) {
  node_texts_.insert_or_assign(node.uid, std::move(json));
}

std::shared_ptr<const std::string> cluster_cache::node_text(const std::string& name) const {
  const auto node = nodes_.find(name);
  const auto there = node == nodes_.end() ? node_texts_.end() : node_texts_.find(node->second.seen->uid);
  return there == node_texts_.end() ? nullptr : there->second;
}

std::shared_ptr<const std::string> cluster_cache::pod_text(const std::string& uid) const {
  const auto there = pod_texts_.find(uid);
  return there == pod_texts_.end() ? nullptr : there->second;
}

}  // namespace berth::controller
