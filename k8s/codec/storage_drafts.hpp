#pragma once

#include "k8s/api/storage.hpp"
#include "k8s/codec/json_shape.hpp"

#include <optional>
#include <string>
#include <vector>

/// The objects of storage while they are decoded, each with the kind that its text claims. Private to k8s/codec.
namespace berth::k8s {

/// Any of the disks, once its kind is set. One that is named in a pod or a PersistentVolume.
extern const json_shape disk_shape;
/// Upstream: apis/core/v1/defaults.go, SetDefaults_RBDVolumeSource and SetDefaults_AzureDiskVolumeSource.
void set_defaults(disk& d);

struct volume_draft {
  std::string kind;
  persistent_volume object;
  string_map annotations;
  std::optional<timestamp> deleted;
  resource_list capacity;
  std::string volume_mode;
  std::string phase;
};
extern const json_shape volume_shape;
persistent_volume finished(volume_draft&& draft);

struct claim_owner_draft {
  controller_owner owner;
  bool controller = false;
};
struct claim_draft {
  std::string kind;
  persistent_volume_claim object;
  string_map annotations;
  std::optional<timestamp> deleted;
  std::vector<claim_owner_draft> owners;
  resource_list requests;
  std::string volume_mode;
  std::string phase;
};
extern const json_shape claim_shape;
persistent_volume_claim finished(claim_draft&& draft);

struct storage_class_draft {
  std::string kind;
  storage_class object;
  std::string binding_mode;
};
extern const json_shape storage_class_shape;
storage_class finished(storage_class_draft&& draft);

struct csi_node_draft {
  std::string kind;
  csi_node object;
  string_map annotations;
};
extern const json_shape csi_node_shape;
csi_node finished(csi_node_draft&& draft);

struct csi_driver_draft {
  std::string kind;
  csi_driver object;
};
extern const json_shape csi_driver_shape;
csi_driver finished(csi_driver_draft&& draft);

struct csi_storage_capacity_draft {
  std::string kind;
  csi_storage_capacity object;
};
extern const json_shape csi_storage_capacity_shape;
csi_storage_capacity finished(csi_storage_capacity_draft&& draft);

struct volume_attachment_draft {
  std::string kind;
  volume_attachment object;
};
extern const json_shape volume_attachment_shape;
volume_attachment finished(volume_attachment_draft&& draft);

}  // namespace berth::k8s
