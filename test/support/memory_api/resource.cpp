#include "test/support/memory_api/resource.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

namespace berth::memory_api {

namespace {

constexpr unsigned workload = has_status | has_scale;

constexpr std::array table{
    // group, version, plural, singular, kind, namespaced, short name, sub-resources, in `all`
    resource{"", "v1", "configmaps", "configmap", "ConfigMap", true, "cm", no_subresource, false},
    resource{"", "v1", "events", "event", "Event", true, "ev", no_subresource, false},
    resource{"", "v1", "namespaces", "namespace", "Namespace", false, "ns", has_status, false},
    resource{"", "v1", "nodes", "node", "Node", false, "no", has_status, false},
    resource{"", "v1", "persistentvolumeclaims", "persistentvolumeclaim", "PersistentVolumeClaim", true, "pvc",
             has_status, false},
    resource{"", "v1", "persistentvolumes", "persistentvolume", "PersistentVolume", false, "pv", has_status, false},
    resource{"", "v1", "pods", "pod", "Pod", true, "po", has_status | has_binding, true},
    resource{"", "v1", "replicationcontrollers", "replicationcontroller", "ReplicationController", true, "rc", workload,
             true},
    resource{"", "v1", "resourcequotas", "resourcequota", "ResourceQuota", true, "quota", has_status, false},
    resource{"", "v1", "limitranges", "limitrange", "LimitRange", true, "limits", no_subresource, false},
    resource{"", "v1", "secrets", "secret", "Secret", true, "", no_subresource, false},
    resource{"", "v1", "serviceaccounts", "serviceaccount", "ServiceAccount", true, "sa", no_subresource, false},
    resource{"", "v1", "services", "service", "Service", true, "svc", has_status, true},
    resource{"apps", "v1", "daemonsets", "daemonset", "DaemonSet", true, "ds", has_status, true},
    resource{"apps", "v1", "deployments", "deployment", "Deployment", true, "deploy", workload, true},
    resource{"apps", "v1", "replicasets", "replicaset", "ReplicaSet", true, "rs", workload, true},
    resource{"apps", "v1", "statefulsets", "statefulset", "StatefulSet", true, "sts", workload, true},
    resource{"coordination.k8s.io", "v1", "leases", "lease", "Lease", true, "", no_subresource, false},
    resource{"events.k8s.io", "v1", "events", "event", "Event", true, "ev", no_subresource, false},
    resource{"policy", "v1", "poddisruptionbudgets", "poddisruptionbudget", "PodDisruptionBudget", true, "pdb",
             has_status, false},
    resource{"scheduling.k8s.io", "v1", "priorityclasses", "priorityclass", "PriorityClass", false, "pc",
             no_subresource, false},
    resource{"storage.k8s.io", "v1", "csidrivers", "csidriver", "CSIDriver", false, "", no_subresource, false},
    resource{"storage.k8s.io", "v1", "csinodes", "csinode", "CSINode", false, "", no_subresource, false},
    resource{"storage.k8s.io", "v1", "csistoragecapacities", "csistoragecapacity", "CSIStorageCapacity", true, "",
             no_subresource, false},
    resource{"storage.k8s.io", "v1", "storageclasses", "storageclass", "StorageClass", false, "sc", no_subresource,
             false},
    resource{"storage.k8s.io", "v1", "volumeattachments", "volumeattachment", "VolumeAttachment", false, "", has_status,
             false},
};

}  // namespace

std::string resource::group_version() const {
  return group.empty() ? std::string(version) : std::string(group) + "/" + std::string(version);
}

std::span<const resource> served_resources() noexcept { return table; }

const resource* find_resource(std::string_view group, std::string_view version, std::string_view plural) noexcept {
  const auto found = std::ranges::find_if(
      table, [&](const resource& r) { return r.group == group && r.version == version && r.plural == plural; });
  return found == table.end() ? nullptr : &*found;
}

bool returns_what_is_deleted(const resource& of) noexcept {
  constexpr std::array<std::string_view, 11> plurals{
      "csidrivers", "csinodes",        "namespaces",     "persistentvolumeclaims", "persistentvolumes", "pods",
      "services",   "serviceaccounts", "storageclasses", "resourcequotas",         "volumeattachments"};
  return std::ranges::find(plurals, of.plural) != plurals.end();
}

bool may_be_created_by_update(const resource& of) noexcept {
  constexpr std::array<std::string_view, 4> plurals{"events", "leases", "limitranges", "services"};
  return std::ranges::find(plurals, of.plural) != plurals.end();
}

const resource& known(std::string_view plural) {
  const auto found = std::ranges::find(table, plural, &resource::plural);
  if (found == table.end()) throw std::logic_error("the in-memory API server serves no " + std::string(plural));
  return *found;
}

}  // namespace berth::memory_api
