#include "scoring/plugins/volume_needs.hpp"

#include "scoring/plugins/csi_migration.hpp"
#include "scoring/plugins/pod_claims.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

namespace berth::scoring {

namespace {

/// What is wrong with a claim that a pod mounts; "" where nothing is. Upstream: podHasPVCs.
std::string claim_fault(const k8s::pod& pod, const pod_claim& mounted, const k8s::claim_ptr& claim) {
  if (claim == nullptr)
    return mounted.ephemeral
               ? "waiting for ephemeral volume controller to create the persistentvolumeclaim \"" + mounted.name + "\""
               : not_found(claim_resource, mounted.name);
  if (claim->lost)
    return "persistentvolumeclaim \"" + mounted.name + "\" bound to non-existent persistentvolume \"" +
           claim->volume_name + "\"";
  if (claim->deleted) return "persistentvolumeclaim \"" + mounted.name + "\" is being deleted";
  return mounted.ephemeral ? not_made_for(pod, *claim) : "";
}

/// A class that is not there binds at once. Upstream: IsDelayBindingMode.
bool waits_for_first_consumer(const k8s::persistent_volume_claim& claim, const storage& objects, std::string& error) {
  const std::string& name = claim.storage_class();
  const auto* cls = name.empty() ? nullptr : objects.storage_class(name);
  if (cls == nullptr) return false;
  if (!cls->waits_for_first_consumer) error = "VolumeBindingMode not set for StorageClass \"" + name + "\"";
  return cls->waits_for_first_consumer.value_or(false);
}

bool smaller(const k8s::claim_ptr& a, const k8s::claim_ptr& b) {
  return a->request.value_or(k8s::quantity()) < b->request.value_or(k8s::quantity());
}

}  // namespace

// No terms: anywhere. A term without requirements is nowhere.
bool allows(const std::vector<k8s::topology_term>& terms, const k8s::string_map& labels) {
  if (terms.empty()) return true;
  return std::any_of(terms.begin(), terms.end(), [&](const k8s::topology_term& t) {
    return !t.requirements.empty() &&
           std::all_of(t.requirements.begin(), t.requirements.end(), [&](const k8s::topology_term::requirement& r) {
             const k8s::selector_requirement in{r.key, k8s::selector_operator::in, r.values};
             return in.valid() && in.matches(labels);
           });
  });
}

bool has_room(const k8s::csi_storage_capacity& capacity, std::int64_t size) {
  return capacity.limit() && capacity.limit()->value() >= size;
}

bool is_within_reach(const k8s::csi_storage_capacity& capacity, const k8s::node& node) {
  return capacity.nodes && capacity.nodes->valid() && capacity.nodes->matches(node.labels);
}

bool all_bound(const k8s::pod& pod, const storage& objects) {
  const std::vector<pod_claim> claims = claims_of(pod);
  return std::all_of(claims.begin(), claims.end(), [&](const pod_claim& c) {
    const auto* claim = objects.claim({pod.key.namespace_, c.name});
    return claim != nullptr && claim->fully_bound();
  });
}

std::optional<k8s::node_selector> nodes_of(const k8s::persistent_volume& volume, const k8s::csi_node* node,
                                           std::string& error) {
  const in_tree_plugin* plugin = volume.source ? in_tree_plugin_of(volume.source->kind) : nullptr;
  if (plugin == nullptr || !plugin->asked_for || node == nullptr) return volume.nodes;
  // The annotation lists names, separated by commas.
  const std::string listed = "," + node->migrated_plugins + ",";
  if (listed.find("," + std::string(plugin->name) + ",") == listed.npos) return volume.nodes;
  if (const csi_volume csi = volume_to_csi(volume); !csi.error.empty()) {
    error = "could not translate pv: " + csi.error;
    return std::nullopt;
  }
  return nodes_as_csi(volume);
}

status volume_needs::resolve(const k8s::pod& pod, const storage& objects) {
  const std::vector<pod_claim> mounted = claims_of(pod);
  for (const pod_claim& c : mounted)
    if (std::string why = claim_fault(pod, c, objects.claims.seen({pod.key.namespace_, c.name})); !why.empty())
      return status::unresolvable(std::move(why));
  if (mounted.empty()) return status::skipped();

  bool immediate = false;
  for (const pod_claim& c : mounted) {
    k8s::claim_ptr claim = objects.claims.share({pod.key.namespace_, c.name});
    if (claim->fully_bound()) {
      bound_.push_back(std::move(claim));
      continue;
    }
    std::string error;
    const bool delayed = waits_for_first_consumer(*claim, objects, error);
    if (!error.empty()) return status::failed(std::move(error));
    // One that names a volume is bound by the volume controller.
    if (delayed && claim->volume_name.empty())
      delayed_.push_back(std::move(claim));
    else
      immediate = true;
  }
  if (immediate) return status::unresolvable("pod has unbound immediate PersistentVolumeClaims");

  std::vector<k8s::claim_ptr> unmatched;
  for (const k8s::claim_ptr& c : delayed_)
    if (!c->selected_node) unmatched.push_back(c);
  std::stable_sort(unmatched.begin(), unmatched.end(), smaller);
  for (const k8s::claim_ptr& c : unmatched) choices_.emplace_back(c, objects.volumes_of_class(c->storage_class()));
  return status::ok();
}

struct volume_needs::verdict {
  bool bound_satisfied = true;
  bool unbound_satisfied = true;
  bool enough_storage = true;
  bool volumes_found = true;

  status as_status() const {
    std::vector<std::string> reasons;
    if (!bound_satisfied) reasons.emplace_back(volume_reasons::other_node);
    if (!unbound_satisfied) reasons.emplace_back(volume_reasons::nothing_to_bind);
    if (!enough_storage) reasons.emplace_back(volume_reasons::no_space);
    if (!volumes_found) reasons.emplace_back(volume_reasons::no_volume);
    if (reasons.empty()) return status::ok();
    return {code::unschedulable_and_unresolvable, std::move(reasons), {}};
  }
};

/// A volume that has vanished ends the check. Upstream: checkBoundClaims.
std::string volume_needs::check_bound(const k8s::node& node, const storage& objects, verdict& v) const {
  const auto* csi = objects.csi_node(node.name);
  for (const k8s::claim_ptr& claim : bound_) {
    const auto* volume = objects.volume(claim->volume_name);
    if (volume == nullptr) {
      v.volumes_found = false;
      return "";
    }
    std::string error;
    const std::optional<k8s::node_selector> nodes = nodes_of(*volume, csi, error);
    if (!error.empty()) return error;
    if (!reachable(nodes, node.labels)) {
      v.bound_satisfied = false;
      return "";
    }
  }
  return "";
}

bool volume_needs::within_reach_of_all(const storage& objects) const {
  return delayed_.empty() && std::all_of(bound_.begin(), bound_.end(), [&](const k8s::claim_ptr& claim) {
           const auto* volume = objects.volume(claim->volume_name);
           // A migrated disk has the zones of its labels.
           return volume != nullptr && !volume->nodes &&
                  !(volume->source && in_tree_plugin_of(volume->source->kind) != nullptr);
         });
}

/// Its answer replaces what matching said. Upstream: checkVolumeProvisions.
std::string volume_needs::check_provisions(const std::vector<k8s::claim_ptr>& claims, const k8s::node& node,
                                           const storage& objects, verdict& v, volume_plan& plan) const {
  v.unbound_satisfied = true;
  plan.provisions.clear();
  for (const k8s::claim_ptr& claim : claims) {
    const std::string& name = claim->storage_class();
    if (name.empty()) return "no class for claim \"" + claim->key.text() + "\"";
    const auto* cls = objects.storage_class(name);
    if (cls == nullptr) return "failed to find storage class \"" + name + "\"";
    if (cls->provisioner.empty() || cls->provisioner == "kubernetes.io/no-provisioner" ||
        !allows(cls->allowed_topologies, node.labels)) {
      v.unbound_satisfied = false;
      plan.provisions.clear();
      return "";
    }
    const auto* driver = objects.csi_driver(cls->provisioner);
    k8s::csi_storage_capacity_ptr from;
    if (claim->request && driver != nullptr && driver->storage_capacity) {
      const auto all = objects.capacities_of_class(name);
      const auto there = std::find_if(all.begin(), all.end(), [&](const k8s::csi_storage_capacity_ptr& c) {
        return has_room(*c, claim->request->value()) && is_within_reach(*c, node);
      });
      if (there == all.end()) {
        v.enough_storage = false;
        plan.provisions.clear();
        return "";
      }
      from = *there;
    }
    plan.provisions.push_back({claim, std::move(from)});
  }
  return "";
}

status volume_needs::judge(const k8s::node& node, const storage& objects, volume_plan& plan) const {
  verdict v;
  if (std::string error = check_bound(node, objects, v); !error.empty()) return status::failed(std::move(error));

  std::vector<k8s::claim_ptr> to_provision;
  for (const k8s::claim_ptr& claim : delayed_) {
    if (!claim->selected_node) continue;
    if (*claim->selected_node != node.name) {
      v.unbound_satisfied = false;
      return v.as_status();
    }
    to_provision.push_back(claim);
  }
  std::set<std::string_view> taken;
  for (const volume_choice& choice : choices_) {
    if (!choice.error().empty()) return status::failed(choice.error());
    if (k8s::volume_ptr volume = choice.find(node, taken)) {
      taken.insert(volume->name);
      plan.bindings.push_back({choice.claim(), std::move(volume)});
    } else {
      v.unbound_satisfied = false;
      to_provision.push_back(choice.claim());
    }
  }
  if (!to_provision.empty())
    if (std::string error = check_provisions(to_provision, node, objects, v, plan); !error.empty())
      return status::failed(std::move(error));
  return v.as_status();
}

}  // namespace berth::scoring
