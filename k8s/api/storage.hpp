#pragma once

#include "k8s/api/disk.hpp"
#include "k8s/api/metadata.hpp"
#include "k8s/api/quantity.hpp"
#include "k8s/api/selector.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// The objects of storage, in the fields that a scheduler reads. Immutable once decoded.
namespace berth::k8s {

/// spec.claimRef of a volume: the claim that it is bound to, or kept for.
struct claim_reference {
  object_key key;
  std::string uid;  ///< "" where a person wrote the reference

  bool operator==(const claim_reference&) const = default;
};

struct persistent_volume {
  std::string name;
  std::string uid;
  std::string resource_version;
  string_map labels;
  std::optional<std::string> class_annotation;  ///< volume.beta.kubernetes.io/storage-class, which beats the spec
  bool bound_by_controller = false;             ///< annotation pv.kubernetes.io/bound-by-controller
  bool deleted = false;                         ///< has a deletionTimestamp

  std::optional<quantity> capacity;  ///< spec.capacity["storage"]
  std::vector<std::string> access_modes;
  std::optional<claim_reference> claim;
  std::string class_name;
  bool block = false;                  ///< volumeMode is not Filesystem
  std::string attributes_class;        ///< volumeAttributesClassName
  std::optional<node_selector> nodes;  ///< spec.nodeAffinity.required
  std::optional<disk> source;          ///< csi, or one that csi-translation-lib turns into a CSI volume
  bool available = false;              ///< status.phase is Available

  bool operator==(const persistent_volume&) const = default;
  /// Upstream: component-helpers/storage, GetPersistentVolumeClass.
  const std::string& storage_class() const noexcept { return class_annotation ? *class_annotation : class_name; }
};

struct persistent_volume_claim {
  object_key key;
  std::string uid;
  std::string resource_version;
  std::optional<controller_owner> owner;
  std::optional<std::string> class_annotation;  ///< volume.beta.kubernetes.io/storage-class, which beats the spec
  std::optional<std::string> selected_node;     ///< annotation volume.kubernetes.io/selected-node
  bool bind_completed = false;                  ///< annotation pv.kubernetes.io/bind-completed
  bool has_annotations = false;
  bool deleted = false;  ///< has a deletionTimestamp

  std::vector<std::string> access_modes;
  std::optional<quantity> request;  ///< spec.resources.requests["storage"]
  std::string volume_name;
  std::optional<std::string> class_name;
  bool block = false;            ///< volumeMode is not Filesystem
  std::string attributes_class;  ///< volumeAttributesClassName
  std::optional<label_selector> selector;
  bool lost = false;  ///< status.phase is Lost

  bool operator==(const persistent_volume_claim&) const = default;
  /// "" where there is none. Upstream: component-helpers/storage, GetPersistentVolumeClaimClass.
  const std::string& storage_class() const noexcept;
  /// Upstream: isPVCFullyBound.
  bool fully_bound() const noexcept { return !volume_name.empty() && bind_completed; }
};

/// v1.TopologySelectorTerm: all of its requirements, each a label and the values that it may have.
struct topology_term {
  struct requirement {
    std::string key;
    std::vector<std::string> values;
    bool operator==(const requirement&) const = default;
  };
  std::vector<requirement> requirements;

  bool operator==(const topology_term&) const = default;
};

struct storage_class {
  std::string name;
  std::string uid;
  std::string resource_version;
  std::string provisioner;
  std::optional<bool> waits_for_first_consumer;  ///< volumeBindingMode; absent only where no server has set its default
  std::vector<topology_term> allowed_topologies;

  bool operator==(const storage_class&) const = default;
};

/// What a node's kubelet says of the CSI drivers there.
struct csi_node {
  struct driver {
    std::string name;
    std::optional<std::int32_t> limit;  ///< allocatable.count: how many volumes can be attached
    bool operator==(const driver&) const = default;
  };
  std::string name;
  std::string uid;
  std::string resource_version;
  std::string migrated_plugins;  ///< annotation storage.alpha.kubernetes.io/migrated-plugins
  std::vector<driver> drivers;

  bool operator==(const csi_node&) const = default;
};

struct csi_driver {
  std::string name;
  std::string uid;
  std::string resource_version;
  bool storage_capacity = false;    ///< spec.storageCapacity: CSIStorageCapacity objects are to be heeded
  bool prevent_if_missing = false;  ///< spec.preventPodSchedulingIfMissing

  bool operator==(const csi_driver&) const = default;
};

struct csi_storage_capacity {
  object_key key;
  std::string uid;
  std::string resource_version;
  std::string class_name;
  std::optional<quantity> capacity;
  std::optional<quantity> maximum_volume_size;
  std::optional<label_selector> nodes;  ///< nodeTopology

  bool operator==(const csi_storage_capacity&) const = default;
  /// The largest volume that can be made. Upstream: volumeLimit.
  const std::optional<quantity>& limit() const noexcept { return maximum_volume_size ? maximum_volume_size : capacity; }
};

struct volume_attachment {
  std::string name;
  std::string uid;
  std::string resource_version;
  std::string attacher;
  std::string node_name;
  std::optional<std::string> volume_name;  ///< spec.source.persistentVolumeName

  bool operator==(const volume_attachment&) const = default;
};

using volume_ptr = std::shared_ptr<const persistent_volume>;
using claim_ptr = std::shared_ptr<const persistent_volume_claim>;
using storage_class_ptr = std::shared_ptr<const storage_class>;
using csi_node_ptr = std::shared_ptr<const csi_node>;
using csi_driver_ptr = std::shared_ptr<const csi_driver>;
using csi_storage_capacity_ptr = std::shared_ptr<const csi_storage_capacity>;
using volume_attachment_ptr = std::shared_ptr<const volume_attachment>;

inline const std::string& persistent_volume_claim::storage_class() const noexcept {
  static const std::string none;
  if (class_annotation) return *class_annotation;
  return class_name ? *class_name : none;
}

}  // namespace berth::k8s
