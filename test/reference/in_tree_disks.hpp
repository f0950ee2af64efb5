#pragma once

#include "k8s/api/storage.hpp"

#include <string>
#include <string_view>

/// Disks of plugins that were part of Kubernetes, and are served by CSI drivers now. Upstream: csi-translation-lib.
namespace berth::reference {

struct in_tree_plugin {
  std::string name;    ///< "kubernetes.io/gce-pd"
  std::string driver;  ///< "pd.csi.storage.gke.io"
  std::string topology_key;
  /// False: kube-scheduler takes it for not migrated anywhere. Upstream: isCSIMigrationOn.
  bool migrated = true;
};
/// One without a name where there is none.
in_tree_plugin plugin_of(k8s::disk_kind kind);
in_tree_plugin plugin_named(std::string_view name);

struct csi_volume {
  std::string driver;
  std::string handle;
  std::string error{};
};
/// Of a disk named in a pod.
csi_volume csi_of_inline(const k8s::disk& disk);
/// Of a volume whose disk is of one of these plugins.
csi_volume csi_of_volume(const k8s::persistent_volume& volume);
/// From which nodes it can be reached, in the labels of the CSI driver.
std::optional<k8s::node_selector> csi_nodes_of(const k8s::persistent_volume& volume);

}  // namespace berth::reference
