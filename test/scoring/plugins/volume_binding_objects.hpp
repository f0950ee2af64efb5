#pragma once

#include "test/scoring/plugins/storage_cluster.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Classes, volumes and claims for tests of VolumeBinding, and what it says of nodes a and b.
namespace berth::test::volume_binding {

inline const std::string unresolvable = "UnschedulableAndUnresolvable: ";
inline const std::string other_node = unresolvable + "node(s) didn't match PersistentVolume's node affinity";
inline const std::string nothing_to_bind = unresolvable + "node(s) didn't find available persistent volumes to bind";
inline const std::string no_space = unresolvable + "node(s) did not have enough free storage";
inline const std::string no_volume =
    unresolvable + "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)";

inline const std::string local = class_yaml("local", "WaitForFirstConsumer", "kubernetes.io/no-provisioner");
inline const std::string wait = class_yaml("wait", "WaitForFirstConsumer", "csi.example.com");
inline const std::string now = class_yaml("now", "Immediate", "csi.example.com");

inline std::string of_class(const std::string& cls, const std::string& size = "1Gi", const std::string& more = "") {
  return "storageClassName: " + cls + ", accessModes: [ReadWriteOnce], resources: {requests: {storage: " + size + "}}" +
         (more.empty() ? "" : ", " + more);
}
/// A volume of the class `local` that only this node reaches.
inline std::string on_node(const std::string& name, const std::string& node, const std::string& size = "1Gi",
                           const std::string& phase = "Available") {
  return volume_yaml(name,
                     "storageClassName: local, accessModes: [ReadWriteOnce], capacity: {storage: " + size + "}, " +
                         only_where("kubernetes.io/hostname", node),
                     "", phase);
}
inline std::string claims(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& n : names) all += (all.empty() ? "" : ", ") + claim_volume(n);
  return all;
}

/// What nodes a and b say of a pod with these claims.
inline std::string judged(const std::vector<std::string>& mounted, std::vector<std::string> objects,
                          std::string_view args = "") {
  objects.insert(objects.end(), {node_yaml("a", "zone: za"), node_yaml("b", "zone: zb"), local, wait, now,
                                 pod_yaml("p", claims(mounted))});
  return verdicts("VolumeBinding", join(objects), args);
}
inline std::string both(const std::string& verdict) { return verdict + "; " + verdict; }

}  // namespace berth::test::volume_binding
