#include "k8s/codec/read_kinds.hpp"

#include <algorithm>
#include <iterator>
#include <string>

namespace berth::k8s {

namespace {

/// The kinds that are read, with their API groups: Longhorn and Rancher have a Node of their own, Knative a Service,
/// OpenKruise a StatefulSet.
constexpr struct {
  std::string_view kind;
  std::string_view group;
} read_kinds[] = {
    {"Pod", ""},
    {"Node", ""},
    {"Namespace", ""},
    {"PodDisruptionBudget", "policy"},
    {"PriorityClass", "scheduling.k8s.io"},
    {"Service", ""},
    {"ReplicationController", ""},
    {"ReplicaSet", "apps"},
    {"StatefulSet", "apps"},
    {"PersistentVolume", ""},
    {"PersistentVolumeClaim", ""},
    {"StorageClass", "storage.k8s.io"},
    {"CSINode", "storage.k8s.io"},
    {"CSIDriver", "storage.k8s.io"},
    {"CSIStorageCapacity", "storage.k8s.io"},
    {"VolumeAttachment", "storage.k8s.io"},
};

}  // namespace

bool of_another_group(std::string_view kind, std::string_view api_version) {
  const auto slash = api_version.find('/');
  const std::string_view group = slash == api_version.npos ? "" : api_version.substr(0, slash);
  if (api_version.empty() || group == "extensions") return false;
  return std::any_of(std::begin(read_kinds), std::end(read_kinds),
                     [&](const auto& known) { return known.kind == kind && known.group != group; });
}

std::string_view meant_by(std::string_view kind) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  const auto alike = [&](std::string_view known) {
    return kind.size() == known.size() &&
           std::equal(kind.begin(), kind.end(), known.begin(), [&](char a, char b) { return lower(a) == lower(b); });
  };
  for (const auto& known : read_kinds)
    if (alike(known.kind) || alike(std::string(known.kind) + "s")) return known.kind;
  return "";
}

}  // namespace berth::k8s
