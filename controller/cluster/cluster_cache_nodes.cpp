#include "controller/cluster/cluster_cache.hpp"

#include "controller/cluster/same_for_scheduling.hpp"

#include <utility>

/// Nodes as the watch shows them, and the annotations that are assumed of them.
namespace berth::controller {

void cluster_cache::replaced(std::vector<k8s::node_ptr> all) {
  k8s::view_map<std::string_view> listed;
  for (const k8s::node_ptr& node : all) listed.emplace(node->name, node->uid);
  std::vector<std::string> gone;
  for (const auto& [name, node] : nodes_) {
    const auto there = listed.find(name);
    if (there == listed.end() || there->second != node.seen->uid) gone.push_back(name);
  }
  for (const std::string& name : gone) drop_node(name);
  for (k8s::node_ptr& node : all) applied(std::move(node));
  nodes_listed_ = true;
  listener_.listed();
}

void cluster_cache::applied(k8s::node_ptr node) {
  const auto there = nodes_.find(node->name);
  if (there != nodes_.end() && there->second.seen->uid != node->uid) {
    drop_node(std::string(node->name));
  } else if (there != nodes_.end()) {
    if (there->second.seen->resource_version != node->resource_version)
      listener_.node_shown(*node, watch_news::updated);
    if (same_for_scheduling(*there->second.seen, *node)) return;  // a heartbeat
    there->second.seen = index_.with_shared_images(std::move(node));
    if (observer_) observer_->node_seen(there->second.seen);
    return show(there->second);
  }
  node = index_.with_shared_images(std::move(node));
  const k8s::node_ptr shown = as_assumed(node);
  nodes_.emplace(node->name, node_record{node, shown});
  index_.set_node(shown);
  if (observer_) observer_->node_seen(node);
  listener_.node_shown(*node, watch_news::added);
  listener_.happened(node_added(shown));
}

void cluster_cache::removed(k8s::node_ptr node) {
  const auto there = nodes_.find(node->name);
  if (there != nodes_.end() && there->second.seen->uid == node->uid) drop_node(std::string(node->name));
}

void cluster_cache::drop_node(const std::string& name) {
  const auto there = nodes_.find(name);
  const node_record node = there->second;
  nodes_.erase(there);
  index_.remove_node(name);
  node_texts_.erase(node.seen->uid);
  if (observer_) observer_->node_gone(node.seen);
  listener_.node_shown(*node.seen, watch_news::deleted);
  listener_.happened(node_deleted(node.shown));
}

k8s::node_ptr cluster_cache::as_assumed(const k8s::node_ptr& seen) const {
  const auto overlay = overlays_.find(seen->name);
  if (overlay == overlays_.end()) return seen;
  auto copy = std::make_shared<k8s::node>(*seen);
  overlay->second.lay_over(copy->annotations);
  return copy;
}

void cluster_cache::show(node_record& node) {
  k8s::node_ptr now = as_assumed(node.seen);
  if (same_for_scheduling(*node.shown, *now)) return;  // what was assumed is confirmed
  const k8s::node_ptr before = std::exchange(node.shown, std::move(now));
  index_.set_node(node.shown);
  for (const cluster_change& c : node_changes(before, node.shown)) listener_.happened(c);
}

void cluster_cache::assume_annotations(const std::string& node, annotation_overlay overlay) {
  if (overlay.empty())
    overlays_.erase(node);
  else
    overlays_.insert_or_assign(node, std::move(overlay));
  if (const auto there = nodes_.find(node); there != nodes_.end()) show(there->second);
}

}  // namespace berth::controller
