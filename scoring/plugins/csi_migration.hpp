#pragma once

#include "k8s/api/storage.hpp"

#include <string>
#include <string_view>

/// Disks of the in-tree plugins as the CSI volumes that they are migrated to: names, handles, topology. Pure.
/// Upstream: csi-translation-lib.
namespace berth::scoring {

/// An in-tree plugin, and the CSI driver that took its place.
struct in_tree_plugin {
  k8s::disk_kind kind;
  std::string_view name;          ///< "kubernetes.io/gce-pd"
  std::string_view driver;        ///< "pd.csi.storage.gke.io"
  std::string_view topology_key;  ///< "" where the topology is not translated
  /// Whether kube-scheduler asks at all whether the plugin is migrated on a node. Upstream: isCSIMigrationOn.
  bool asked_for;
};

/// nullptr for disks of no such plugin: CSI volumes, iSCSI, RBD.
const in_tree_plugin* in_tree_plugin_of(k8s::disk_kind kind) noexcept;
/// By the name of a provisioner; nullptr where it is none of these.
const in_tree_plugin* in_tree_plugin_named(std::string_view name) noexcept;

/// A CSI volume, or why the disk cannot be one.
struct csi_volume {
  std::string driver;
  std::string handle;
  std::string error = {};
};
/// Of a disk with an in-tree plugin, named in a pod. Upstream: TranslateInTreeInlineVolumeToCSI.
csi_volume inline_to_csi(const k8s::disk& disk);
/// Of a volume with a disk of an in-tree plugin. Upstream: TranslateInTreePVToCSI.
csi_volume volume_to_csi(const k8s::persistent_volume& volume);
/// The nodes from which it can be reached, with the driver's topology key in place of the zone's.
std::optional<k8s::node_selector> nodes_as_csi(const k8s::persistent_volume& volume);

}  // namespace berth::scoring
