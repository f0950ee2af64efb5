#include "test/reference/arguments.hpp"
#include "test/reference/claims.hpp"
#include "test/reference/in_tree_disks.hpp"
#include "test/reference/matching_volume.hpp"
#include "test/reference/plugins.hpp"

#include <algorithm>
#include <cmath>
#include <map>

/// VolumeBinding: bound claims must be reachable from the node; claims that wait for their first consumer are matched
/// with volumes that are there, or with what their class's driver can still make. Nodes are scored by how much of the
/// storage is used then.
namespace berth::reference {

namespace {

using claim = k8s::persistent_volume_claim;

/// What would be bound and made on a node.
struct volume_plan {
  std::vector<std::pair<const claim*, const k8s::persistent_volume*>> bindings;
  std::vector<std::pair<const claim*, const k8s::csi_storage_capacity*>> provisions;
};

std::int64_t bytes(const std::optional<k8s::quantity>& q) { return q ? q->value() : 0; }

/// No terms are every node; a term without requirements is none. Upstream: MatchTopologySelectorTerms.
bool allows(const std::vector<k8s::topology_term>& terms, const k8s::string_map& labels) {
  for (const k8s::topology_term& t : terms) {
    bool all = !t.requirements.empty();
    for (const auto& r : t.requirements) {
      const k8s::selector_requirement in{r.key, k8s::selector_operator::in, r.values};
      all = all && in.valid() && in.matches(labels);
    }
    if (all) return true;
  }
  return terms.empty();
}

class volume_binding final : public plugin_base<volume_binding> {
 public:
  explicit volume_binding(std::vector<shape_point> shape) : shape_(std::move(shape)) {}

  status pre_filter(const question& q, std::optional<std::set<std::string>>&) override {
    const std::vector<mounted_claim> mounted = claims_of(q.pod);
    if (mounted.empty()) return skip();
    for (const mounted_claim& m : mounted)
      if (std::string why = fault_of(q, m); !why.empty()) return refuse_for_good(std::move(why));
    bool immediate = false;
    for (const mounted_claim& m : mounted) {
      const claim* c = q.cluster.find_claim(q.pod.key.namespace_, m.name);
      if (c->fully_bound()) {
        bound_.push_back(c);
        continue;
      }
      const auto* cls = c->storage_class().empty() ? nullptr : q.cluster.find_class(c->storage_class());
      if (cls != nullptr && !cls->waits_for_first_consumer)
        return failed("VolumeBindingMode not set for StorageClass \"" + cls->name + "\"");
      if (cls != nullptr && *cls->waits_for_first_consumer && c->volume_name.empty())
        delayed_.push_back(c);
      else
        immediate = true;
    }
    return immediate ? refuse_for_good("pod has unbound immediate PersistentVolumeClaims") : status{};
  }

  status filter(const question& q, const node_state& n) override {
    verdict v;
    volume_plan plan;
    if (std::string error = check(q, *n.node, v, plan); !error.empty()) return failed(std::move(error));
    status said;
    if (!v.bound_reachable) said.reasons.push_back("node(s) didn't match PersistentVolume's node affinity");
    if (!v.unbound_satisfied) said.reasons.push_back("node(s) didn't find available persistent volumes to bind");
    if (!v.enough_storage) said.reasons.push_back("node(s) did not have enough free storage");
    if (!v.volumes_found)
      said.reasons.push_back("node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)");
    if (!said.reasons.empty()) {
      said.what = code::unresolvable;
      return said;
    }
    plans_[n.node->name] = std::move(plan);
    return {};
  }

  std::int64_t score(const question&, const node_state& n) override {
    const auto there = plans_.find(n.node->name);
    if (there == plans_.end()) return 0;
    // By class: what is asked for, and what there is.
    std::map<std::string, std::pair<std::int64_t, std::int64_t>> shares;
    for (const auto& [c, volume] : there->second.bindings) {
      auto& [requested, capacity] = shares[volume->class_name];
      requested += bytes(c->request);
      capacity += bytes(volume->capacity);
    }
    if (there->second.bindings.empty())
      for (const auto& [c, from] : there->second.provisions) {
        if (from == nullptr) continue;
        auto& [requested, capacity] = shares[c->class_name.value_or("")];
        requested += bytes(c->request);
        capacity = bytes(from->capacity);
      }
    if (shares.empty()) return 0;
    std::int64_t sum = 0;
    for (const auto& [name, share] : shares) {
      const auto& [requested, capacity] = share;
      const bool full = capacity == 0 || requested > capacity;
      sum += value_at(shape_, full ? 100 : requested * 100 / capacity);
    }
    return static_cast<std::int64_t>(std::round(static_cast<double>(sum) / static_cast<double>(shares.size())));
  }

 private:
  struct verdict {
    bool bound_reachable = true;
    bool unbound_satisfied = true;
    bool enough_storage = true;
    bool volumes_found = true;
  };

  /// Upstream: podHasPVCs.
  static std::string fault_of(const question& q, const mounted_claim& m) {
    const claim* c = q.cluster.find_claim(q.pod.key.namespace_, m.name);
    if (c == nullptr && m.ephemeral)
      return "waiting for ephemeral volume controller to create the persistentvolumeclaim \"" + m.name + "\"";
    if (c == nullptr) return not_found("persistentvolumeclaim", m.name);
    if (c->lost)
      return "persistentvolumeclaim \"" + m.name + "\" bound to non-existent persistentvolume \"" + c->volume_name +
             "\"";
    if (c->deleted) return "persistentvolumeclaim \"" + m.name + "\" is being deleted";
    return m.ephemeral ? not_made_for(q.pod, *c) : "";
  }

  /// Upstream: FindPodVolumes.
  std::string check(const question& q, const k8s::node& node, verdict& v, volume_plan& plan) const {
    if (std::string error = check_bound(q, node, v); !error.empty()) return error;
    std::vector<const claim*> to_match, to_provision;
    for (const claim* c : delayed_) {
      if (c->selected_node && *c->selected_node != node.name) {
        v.unbound_satisfied = false;
        return "";
      }
      (c->selected_node ? to_provision : to_match).push_back(c);
    }
    // The smallest first, so that they take the smallest volumes.
    std::stable_sort(to_match.begin(), to_match.end(), [](const claim* a, const claim* b) {
      return a->request.value_or(k8s::quantity()) < b->request.value_or(k8s::quantity());
    });
    std::set<std::string> taken;
    for (const claim* c : to_match) {
      std::string error;
      const auto* volume = find_volume_for(*c, q.cluster, node, taken, error);
      if (!error.empty()) return error;
      if (volume == nullptr) {
        v.unbound_satisfied = false;
        to_provision.push_back(c);
        continue;
      }
      taken.insert(volume->name);
      plan.bindings.emplace_back(c, volume);
    }
    return to_provision.empty() ? "" : check_provisions(q, to_provision, node, v, plan);
  }

  /// A volume that is not there ends the check. Upstream: checkBoundClaims.
  std::string check_bound(const question& q, const k8s::node& node, verdict& v) const {
    const auto* csi = q.cluster.find_csi_node(node.name);
    const std::string migrated = csi == nullptr ? "" : "," + csi->migrated_plugins + ",";
    for (const claim* c : bound_) {
      const auto* volume = q.cluster.find_volume(c->volume_name);
      if (volume == nullptr) {
        v.volumes_found = false;
        return "";
      }
      std::optional<k8s::node_selector> nodes = volume->nodes;
      const in_tree_plugin in_tree = plugin_of(volume->source ? volume->source->kind : k8s::disk_kind::csi);
      if (in_tree.migrated && migrated.find("," + in_tree.name + ",") != migrated.npos) {
        if (const csi_volume as_csi = csi_of_volume(*volume); !as_csi.error.empty())
          return "could not translate pv: " + as_csi.error;
        nodes = csi_nodes_of(*volume);
      }
      if (is_reachable(nodes, node.labels)) continue;
      v.bound_reachable = false;
      return "";
    }
    return "";
  }

  /// What it finds replaces what matching said. Upstream: checkVolumeProvisions.
  static std::string check_provisions(const question& q, const std::vector<const claim*>& claims, const k8s::node& node,
                                      verdict& v, volume_plan& plan) {
    v.unbound_satisfied = true;
    for (const claim* c : claims) {
      const std::string& name = c->storage_class();
      if (name.empty()) return "no class for claim \"" + c->key.text() + "\"";
      const auto* cls = q.cluster.find_class(name);
      if (cls == nullptr) return "failed to find storage class \"" + name + "\"";
      if (cls->provisioner.empty() || cls->provisioner == "kubernetes.io/no-provisioner" ||
          !allows(cls->allowed_topologies, node.labels)) {
        v.unbound_satisfied = false;
        return "";
      }
      const auto* driver = q.cluster.find_driver(cls->provisioner);
      const k8s::csi_storage_capacity* from = nullptr;
      if (c->request && driver != nullptr && driver->storage_capacity) {
        from = capacity_for(q.cluster, name, c->request->value(), node);
        if (from == nullptr) {
          v.enough_storage = false;
          return "";
        }
      }
      plan.provisions.emplace_back(c, from);
    }
    return "";
  }

  /// The first by namespace and name that suffices. Upstream: hasEnoughCapacity, in the order of a map.
  static const k8s::csi_storage_capacity* capacity_for(const snapshot& s, const std::string& cls, std::int64_t size,
                                                       const k8s::node& node) {
    const k8s::csi_storage_capacity* first = nullptr;
    for (const k8s::csi_storage_capacity_ptr& c : s.objects.csi_storage_capacities) {
      if (c->class_name != cls || !c->limit() || c->limit()->value() < size) continue;
      if (!c->nodes || !c->nodes->valid() || !c->nodes->matches(node.labels)) continue;
      if (first == nullptr || c->key < first->key) first = c.get();
    }
    return first;
  }

  std::vector<shape_point> shape_;
  std::vector<const claim*> bound_;
  std::vector<const claim*> delayed_;
  std::map<std::string, volume_plan> plans_;  ///< of nodes that passed
};

}  // namespace

std::unique_ptr<plugin> make_volume_binding(const k8s::value& args) {
  std::vector<shape_point> shape = shape_in(args);
  if (shape.empty()) shape = {{0, 100}, {100, 0}};
  return std::make_unique<volume_binding>(std::move(shape));
}

}  // namespace berth::reference
