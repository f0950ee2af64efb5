#include "scoring/plugins/attached_volumes.hpp"

#include "scoring/plugins/csi_migration.hpp"
#include "scoring/plugins/pod_claims.hpp"

namespace berth::scoring {

namespace {

/// Driver and handle; both "" where the volume is not counted.
struct driver_and_handle {
  std::string driver;
  std::string handle;
};

/// A volume that is not there yet counts by its class. Upstream: getCSIDriverInfoFromSC.
driver_and_handle by_class(const k8s::persistent_volume_claim& claim, const storage& objects, bool migrated) {
  const auto* cls = objects.storage_class(claim.storage_class());
  if (claim.storage_class().empty() || cls == nullptr) return {};
  // No driver has handles of this form, which upstream makes sure of by a random prefix.
  std::string handle = "\n" + claim.key.text();
  const in_tree_plugin* plugin = in_tree_plugin_named(cls->provisioner);
  if (plugin == nullptr) return {cls->provisioner, std::move(handle)};
  if (!migrated || !plugin->asked_for) return {};
  return {std::string(plugin->driver), std::move(handle)};
}

/// Upstream: getCSIDriverInfo.
driver_and_handle of_claim(const k8s::persistent_volume_claim& claim, const storage& objects, bool migrated) {
  const auto* volume = claim.volume_name.empty() ? nullptr : objects.volume(claim.volume_name);
  if (volume == nullptr) return by_class(claim, objects, migrated);
  if (!volume->source) return {};
  if (volume->source->kind == k8s::disk_kind::csi) return {volume->source->driver, volume->source->id};
  const in_tree_plugin* plugin = in_tree_plugin_of(volume->source->kind);
  if (plugin == nullptr || !migrated || !plugin->asked_for) return {};
  csi_volume csi = volume_to_csi(*volume);
  if (!csi.error.empty()) return {};
  return {std::move(csi.driver), std::move(csi.handle)};
}

void add(attached_volumes& volumes, const std::string& driver, const std::string& handle) {
  volumes.insert_or_assign(driver + "/" + handle, driver);
}

/// Upstream: checkAttachableInlineVolume.
volume_fault add_inline(const k8s::volume& v, bool migrated, attached_volumes& volumes) {
  const in_tree_plugin* plugin = v.source ? in_tree_plugin_of(v.source->kind) : nullptr;
  if (plugin == nullptr || !migrated || !plugin->asked_for) return {};
  const csi_volume csi = inline_to_csi(*v.source);
  if (!csi.error.empty()) return {"converting volume(" + v.name + ") from inline to csi: " + csi.error};
  add(volumes, std::string(plugin->driver), csi.handle);
  return {};
}

}  // namespace

volume_fault add_volumes(const k8s::pod& pod, const storage& objects, bool migrated, bool is_new,
                         attached_volumes& volumes) {
  for (const k8s::volume& v : pod.spec->volumes) {
    const bool ephemeral = v.kind == k8s::volume_kind::ephemeral;
    if (v.kind != k8s::volume_kind::claim && !ephemeral) {
      volume_fault fault = add_inline(v, migrated, volumes);
      if (!fault.what.empty()) return fault;
      continue;
    }
    const std::string name = ephemeral ? pod.key.name + "-" + v.name : v.reference;
    if (name.empty()) return {"PersistentVolumeClaim had no name"};
    const k8s::object_key key{pod.key.namespace_, name};
    const auto* claim = objects.claim(key);
    if (claim == nullptr) {
      if (is_new) return {"looking up PVC " + key.text() + ": " + not_found(claim_resource, name), true};
      continue;
    }
    if (ephemeral)
      if (std::string why = not_made_for(pod, *claim); !why.empty()) return {std::move(why)};
    const driver_and_handle found = of_claim(*claim, objects, migrated);
    if (!found.driver.empty() && !found.handle.empty()) add(volumes, found.driver, found.handle);
  }
  return {};
}

void add_attachments(const std::string& node, const storage& objects, attached_volumes& volumes) {
  for (const k8s::volume_attachment_ptr& a : objects.attachments_on(node)) {
    if (a->attacher.empty() || !a->volume_name) continue;
    const auto* volume = objects.volume(*a->volume_name);
    if (volume == nullptr || !volume->source || volume->source->kind != k8s::disk_kind::csi) continue;
    add(volumes, a->attacher, volume->source->id);
  }
}

}  // namespace berth::scoring
