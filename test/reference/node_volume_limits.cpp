#include "test/reference/claims.hpp"
#include "test/reference/in_tree_disks.hpp"
#include "test/reference/plugins.hpp"

#include <algorithm>
#include <map>

/// NodeVolumeLimits: how many volumes of a CSI driver can be attached to a node says its CSINode; those of the pods
/// there count, and those of VolumeAttachments without a pod.
namespace berth::reference {

namespace {

/// Driver and handle of a volume, to its driver.
using volumes = std::map<std::string, std::string>;

void add(volumes& to, const std::string& driver, const std::string& handle) { to[driver + "/" + handle] = driver; }

class node_volume_limits final : public plugin_base<node_volume_limits> {
 public:
  status pre_filter(const question& q, std::optional<std::set<std::string>>&) override {
    for (const k8s::volume& v : q.pod.spec->volumes) {
      if (v.kind == k8s::volume_kind::claim || v.kind == k8s::volume_kind::ephemeral) return {};
      if (v.source && !plugin_of(v.source->kind).name.empty()) return {};
    }
    return skip();
  }

  status filter(const question& q, const node_state& n) override {
    const k8s::csi_node* csi = q.cluster.find_csi_node(n.node->name);
    volumes wanted;
    if (status said = collect(q.cluster, q.pod, csi != nullptr, true, wanted); !said.ok()) return said;
    for (const auto& [volume, driver] : wanted)
      if (!is_installed(q.cluster, driver, csi)) return refuse(driver + " CSI driver is not installed on the node");
    std::map<std::string, std::int64_t> limits;
    if (csi != nullptr)
      for (const k8s::csi_node::driver& d : csi->drivers)
        if (d.limit) limits[d.name] = *d.limit;
    if (wanted.empty() || limits.empty()) return {};

    volumes attached;
    for (const k8s::pod_ptr& other : n.pods)
      if (status said = collect(q.cluster, *other, true, false, attached); !said.ok()) return said;
    for (const auto& [volume, driver] : attached) wanted.erase(volume);
    for (const k8s::volume_attachment_ptr& a : q.cluster.objects.volume_attachments) {
      if (a->node_name != n.node->name || a->attacher.empty() || !a->volume_name) continue;
      const auto* volume = q.cluster.find_volume(*a->volume_name);
      if (volume != nullptr && volume->source && volume->source->kind == k8s::disk_kind::csi)
        add(attached, a->attacher, volume->source->id);
    }
    std::map<std::string, std::int64_t> now, more;
    for (const auto& [volume, driver] : attached) ++now[driver];
    for (const auto& [volume, driver] : wanted) ++more[driver];
    for (const auto& [driver, count] : more)
      if (limits.contains(driver) && now[driver] + count > limits[driver])
        return refuse("node(s) exceed max volume count");
    return {};
  }

 private:
  /// Upstream: checkCSIDriverOnNode.
  static bool is_installed(const snapshot& s, const std::string& driver, const k8s::csi_node* on) {
    const auto* known = s.find_driver(driver);
    if (known == nullptr || !known->prevent_if_missing) return true;
    return on != nullptr &&
           std::any_of(on->drivers.begin(), on->drivers.end(), [&](const auto& d) { return d.name == driver; });
  }

  /// Upstream: filterAttachableVolumes. Whether disks are migrated says whether there is a CSINode.
  static status collect(const snapshot& s, const k8s::pod& pod, bool migrated, bool is_new, volumes& to) {
    for (const k8s::volume& v : pod.spec->volumes) {
      const bool ephemeral = v.kind == k8s::volume_kind::ephemeral;
      if (!ephemeral && v.kind != k8s::volume_kind::claim) {
        if (!v.source || !migrated || !plugin_of(v.source->kind).migrated) continue;
        const csi_volume csi = csi_of_inline(*v.source);
        if (!csi.error.empty()) return failed("converting volume(" + v.name + ") from inline to csi: " + csi.error);
        add(to, csi.driver, csi.handle);
        continue;
      }
      const std::string name = ephemeral ? pod.key.name + "-" + v.name : v.reference;
      if (name.empty()) return failed("PersistentVolumeClaim had no name");
      const auto* claim = s.find_claim(pod.key.namespace_, name);
      if (claim == nullptr) {
        if (!is_new) continue;
        return refuse_for_good("looking up PVC " + pod.key.namespace_ + "/" + name + ": " +
                               not_found("persistentvolumeclaim", name));
      }
      if (ephemeral)
        if (std::string why = not_made_for(pod, *claim); !why.empty()) return failed(std::move(why));
      const csi_volume csi = of_claim(s, *claim, migrated);
      if (!csi.driver.empty() && !csi.handle.empty()) add(to, csi.driver, csi.handle);
    }
    return {};
  }

  /// Upstream: getCSIDriverInfo.
  static csi_volume of_claim(const snapshot& s, const k8s::persistent_volume_claim& claim, bool migrated) {
    const auto* volume = claim.volume_name.empty() ? nullptr : s.find_volume(claim.volume_name);
    if (volume == nullptr) return of_class(s, claim, migrated);
    if (!volume->source) return {};
    if (volume->source->kind == k8s::disk_kind::csi) return {volume->source->driver, volume->source->id};
    if (!migrated || !plugin_of(volume->source->kind).migrated) return {};
    return csi_of_volume(*volume);
  }

  /// A volume that is yet to be made: one of the class's driver. Upstream: getCSIDriverInfoFromSC.
  static csi_volume of_class(const snapshot& s, const k8s::persistent_volume_claim& claim, bool migrated) {
    const auto* cls = claim.storage_class().empty() ? nullptr : s.find_class(claim.storage_class());
    if (cls == nullptr) return {};
    const std::string handle = "yet to be made for " + claim.key.text();
    const in_tree_plugin in_tree = plugin_named(cls->provisioner);
    if (in_tree.name.empty()) return {cls->provisioner, handle};
    if (!migrated || !in_tree.migrated) return {};
    return {in_tree.driver, handle};
  }
};

}  // namespace

std::unique_ptr<plugin> make_node_volume_limits(const k8s::value&) { return std::make_unique<node_volume_limits>(); }

}  // namespace berth::reference
