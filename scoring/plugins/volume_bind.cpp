#include "scoring/plugins/volume_bind.hpp"

#include "k8s/api/selector_faults.hpp"
#include "scoring/plugins/pod_claims.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

namespace berth::scoring {

namespace {

/// Upstream: GetBindVolumeToClaim.
k8s::volume_ptr bound_to(const k8s::persistent_volume& volume, const k8s::persistent_volume_claim& claim) {
  auto copy = std::make_shared<k8s::persistent_volume>(volume);
  if (!is_for(volume, claim)) copy->bound_by_controller = true;
  copy->claim = k8s::claim_reference{claim.key, claim.uid};
  return copy;
}

template <class Object>
std::shared_ptr<const Object> with_version(const Object& object, const std::string& version) {
  auto copy = std::make_shared<Object>(object);
  copy->resource_version = version;
  return copy;
}

/// "" where the node reaches the volume. Upstream: CheckNodeAffinity.
std::string affinity_fault(const std::optional<k8s::node_selector>& nodes, const k8s::node& node) {
  if (reachable(nodes, node.labels)) return "";
  std::string fault = k8s::parse_fault(*nodes);
  return fault.empty() ? "no matching NodeSelectorTerms" : fault;
}

std::string unreachable(const std::string& volume, const std::string& node, const std::string& why) {
  return "pv \"" + volume + "\" node affinity doesn't match node \"" + node + "\": " + why;
}

}  // namespace

bool newer(std::string_view a, std::string_view b) noexcept {
  return a.size() != b.size() ? a.size() > b.size() : a > b;
}

volume_bindings::volume_bindings(const volume_plan& plan, const std::string& node) {
  for (const volume_plan::binding& b : plan.bindings) {
    k8s::volume_ptr bound = bound_to(*b.volume, *b.claim);
    const bool differs = *bound != *b.volume;
    volumes_.push_back({b.claim, std::move(bound), differs});
  }
  for (const volume_plan::provision& p : plan.provisions) {
    auto copy = std::make_shared<k8s::persistent_volume_claim>(*p.claim);
    copy->selected_node = node;
    copy->has_annotations = true;
    claims_.push_back(std::move(copy));
  }
}

void volume_bindings::assume(effects& wanted) const {
  for (const bound_volume& b : volumes_)
    if (b.differs) wanted.add(assume_storage{b.volume});
  for (const k8s::claim_ptr& c : claims_) wanted.add(assume_storage{c});
}

void volume_bindings::restore(effects& wanted) const {
  for (const bound_volume& b : volumes_) wanted.add(restore_storage{b.volume});
  for (const k8s::claim_ptr& c : claims_) wanted.add(restore_storage{c});
}

std::vector<storage_write> volume_bindings::writes() const {
  std::vector<storage_write> all;
  for (const bound_volume& b : volumes_) all.emplace_back(b.volume);
  for (const k8s::claim_ptr& c : claims_) all.emplace_back(c);
  return all;
}

std::string volume_bindings::written(const std::vector<write_reply>& replies, effects& wanted) {
  std::string error;
  std::size_t at = 0;
  const auto next = [&]() -> const write_reply* {
    if (!error.empty() || at == replies.size()) return nullptr;
    const write_reply& r = replies[at++];
    error = r.error;
    return error.empty() ? &r : nullptr;
  };
  for (bound_volume& b : volumes_) {
    if (const write_reply* r = next())
      b.volume = with_version(*b.volume, r->resource_version);
    else
      wanted.add(restore_storage{b.volume});
  }
  for (k8s::claim_ptr& c : claims_) {
    if (const write_reply* r = next())
      c = with_version(*c, r->resource_version);
    else
      wanted.add(restore_storage{c});
  }
  return error;
}

volume_bindings::state volume_bindings::check_volume(const bound_volume& b, const k8s::node& node,
                                                     const storage& objects) const {
  const k8s::volume_ptr volume = objects.volumes.seen(b.volume->name);
  if (volume == nullptr)
    return {progress::failed, "failed to check binding: " + not_found("persistentvolumes", b.volume->name)};
  const k8s::claim_ptr claim = objects.claims.seen(b.claim->key);
  if (claim == nullptr)
    return {progress::failed, "failed to check binding: " + not_found("persistentvolumeclaims", b.claim->key.text())};
  if (newer(b.volume->resource_version, volume->resource_version)) return {progress::waiting};
  std::string error;
  const std::optional<k8s::node_selector> nodes = nodes_of(*volume, objects.csi_node(node.name), error);
  if (!error.empty()) return {progress::failed, "failed to translate pv to csi: " + error};
  if (const std::string why = affinity_fault(nodes, node); !why.empty())
    return {progress::failed, unreachable(volume->name, node.name, why)};
  if (!volume->claim || volume->claim->uid.empty())
    return {progress::failed, "ClaimRef got reset for pv \"" + volume->name + "\""};
  // An earlier try had its answer lost, and the controller took that one's volume, which may be out of the node's
  // reach. For a claim that a pod names twice two volumes are chosen, and the controller takes one of them.
  const auto chosen_for_it = [&](const bound_volume& other) {
    return other.claim->key == claim->key && other.volume->name == claim->volume_name;
  };
  if (!claim->volume_name.empty() && std::none_of(volumes_.begin(), volumes_.end(), chosen_for_it))
    return {progress::failed, "PVC \"" + claim->key.text() + "\" was bound to pv \"" + claim->volume_name +
                                  "\" and not to \"" + volume->name + "\""};
  return {claim->fully_bound() ? progress::done : progress::waiting};
}

volume_bindings::state volume_bindings::check_claim(const k8s::persistent_volume_claim& written, const k8s::node& node,
                                                    const storage& objects) const {
  const k8s::claim_ptr claim = objects.claims.seen(written.key);
  if (claim == nullptr)
    return {progress::failed,
            "failed to check provisioning pvc: " + not_found("persistentvolumeclaims", written.key.text())};
  if (newer(written.resource_version, claim->resource_version)) return {progress::waiting};
  if (!claim->has_annotations)
    return {progress::failed, "selectedNode annotation reset for PVC \"" + claim->key.name + "\""};
  // A provisioner that cannot make the volume takes the annotation away.
  if (claim->selected_node != node.name)
    return {progress::failed, "provisioning failed for PVC \"" + claim->key.name + "\""};
  if (!claim->volume_name.empty()) {
    const k8s::volume_ptr volume = objects.volumes.seen(claim->volume_name);
    if (volume == nullptr) return {progress::waiting};
    std::string error;
    const std::optional<k8s::node_selector> nodes = nodes_of(*volume, objects.csi_node(node.name), error);
    if (!error.empty()) return {progress::failed, std::move(error)};
    if (const std::string why = affinity_fault(nodes, node); !why.empty())
      return {progress::failed, unreachable(volume->name, node.name, why)};
  }
  return {claim->fully_bound() ? progress::done : progress::waiting};
}

volume_bindings::state volume_bindings::check(const k8s::node* node, const std::string& node_name,
                                              const storage& objects) const {
  if (node == nullptr)
    return {progress::failed, "failed to get node \"" + node_name + "\": " + not_found("node", node_name)};
  for (const bound_volume& b : volumes_)
    if (state s = check_volume(b, *node, objects); s.what != progress::done) return s;
  for (const k8s::claim_ptr& c : claims_)
    if (state s = check_claim(*c, *node, objects); s.what != progress::done) return s;
  return {};
}

}  // namespace berth::scoring
