#include "test/reference/snapshot.hpp"

#include <algorithm>

namespace berth::reference {

namespace {

template <class Objects>
auto find_named(const Objects& objects, std::string_view name) {
  for (const auto& o : objects)
    if (o->name == name) return o.get();
  return decltype(objects.front().get()){nullptr};
}

}  // namespace

bool is_placed(const k8s::pod& pod) { return !pod.node_name.empty() && !pod.terminal(); }

void take_out(node_state& from, const k8s::pod& pod) {
  std::erase_if(from.pods, [&](const k8s::pod_ptr& p) { return p->uid == pod.uid && p->key == pod.key; });
}

snapshot::snapshot(const k8s::cluster_objects& all, const std::set<std::string>& schedulers) : objects(all) {
  for (const k8s::node_ptr& node : all.nodes) {
    nodes.push_back({node, {}});
    for (const k8s::pod_ptr& pod : all.pods)
      if (is_placed(*pod) && pod->node_name == node->name) nodes.back().pods.push_back(pod);
  }
  std::sort(nodes.begin(), nodes.end(), [](const auto& a, const auto& b) { return a.node->name < b.node->name; });
  for (const k8s::pod_ptr& pod : all.pods) {
    const bool waits = pod->node_name.empty() && !pod->terminal();
    if (waits && !pod->nominated_node_name.empty() && schedulers.contains(pod->spec->scheduler_name))
      nominated.push_back(pod);
  }
}

const node_state* snapshot::find_node(std::string_view name) const {
  for (const node_state& n : nodes)
    if (n.node->name == name) return &n;
  return nullptr;
}

const k8s::persistent_volume_claim* snapshot::find_claim(std::string_view ns, std::string_view name) const {
  for (const k8s::claim_ptr& c : objects.claims)
    if (c->key.namespace_ == ns && c->key.name == name) return c.get();
  return nullptr;
}

const k8s::persistent_volume* snapshot::find_volume(std::string_view name) const {
  return find_named(objects.volumes, name);
}
const k8s::storage_class* snapshot::find_class(std::string_view name) const {
  return find_named(objects.storage_classes, name);
}
const k8s::csi_node* snapshot::find_csi_node(std::string_view name) const {
  return find_named(objects.csi_nodes, name);
}
const k8s::csi_driver* snapshot::find_driver(std::string_view name) const {
  return find_named(objects.csi_drivers, name);
}

const k8s::string_map& snapshot::namespace_labels(std::string_view name) const {
  static const k8s::string_map none;
  const auto* ns = find_named(objects.namespaces, name);
  return ns == nullptr ? none : ns->labels;
}

}  // namespace berth::reference
