#include "scoring/plugins/volume_counts.hpp"

#include "scoring/plugins/csi_migration.hpp"

#include <algorithm>
#include <limits>

namespace berth::scoring {

namespace {

// Of these it can turn out only when they are looked up that they are not what they should be.
bool unclear(const k8s::volume& v) { return v.kind != k8s::volume_kind::claim || v.reference.empty(); }

std::int64_t least_limit_of(const k8s::csi_node* node) {
  std::int64_t least = std::numeric_limits<std::int64_t>::max();
  if (node == nullptr) return least;
  for (const k8s::csi_node::driver& d : node->drivers)
    if (d.limit) least = std::min<std::int64_t>(least, *d.limit);
  return least;
}

}  // namespace

bool may_be_attached(const k8s::volume& v) {
  return v.kind == k8s::volume_kind::claim || v.kind == k8s::volume_kind::ephemeral ||
         (v.source && in_tree_plugin_of(v.source->kind) != nullptr);
}

void volume_counts::node_changed(node_id n, const k8s::node* before, const k8s::node&) {
  if (by_node_.size() <= n) by_node_.resize(n + 1);
  if (before == nullptr) node_came_ = true;
}

void volume_counts::node_removed(node_id n, const k8s::node&) { by_node_[n] = {}; }

void volume_counts::pod_placed(node_id n, const pod_info& pod) { count(n, pod, 1); }
void volume_counts::pod_removed(node_id n, const pod_info& pod) { count(n, pod, -1); }

void volume_counts::count(node_id n, const pod_info& pod, std::int64_t sign) {
  bool any_unclear = false;
  for (const k8s::volume& v : pod.spec().volumes) {
    if (!may_be_attached(v)) continue;
    by_node_[n].mounted += sign;
    any_unclear = any_unclear || unclear(v);
  }
  by_node_[n].unclear += any_unclear ? sign : 0;
}

void volume_counts::catch_up(const cluster& nodes) const {
  const storage& objects = nodes.storage();
  if (node_came_ || limits_seen_ != objects.csi_node_generation())
    nodes.nodes().for_each(
        [&](node_id n) { by_node_[n].least_limit = least_limit_of(objects.csi_node(nodes.node(n).name)); });
  limits_seen_ = objects.csi_node_generation();
  if (node_came_ || attachments_seen_ != objects.attachment_generation()) {
    for (counts& c : by_node_) c.attached = 0;
    objects.for_each_node_attached_to([&](const std::string& name, std::size_t attachments) {
      const node_id n = nodes.find_node(name);
      if (n != no_node) by_node_[n].attached = static_cast<std::int64_t>(attachments);
    });
  }
  attachments_seen_ = objects.attachment_generation();
  node_came_ = false;
}

}  // namespace berth::scoring
