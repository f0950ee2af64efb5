#pragma once

#include <cstdint>
#include <string>
#include <vector>

/// What a volume is stored on, as far as schedulers tell one from another: named in a pod itself, or in a
/// PersistentVolume.
namespace berth::k8s {

enum class disk_kind : std::uint8_t {
  csi,
  gce_pd,
  aws_ebs,
  azure_disk,
  azure_file,
  cinder,
  vsphere,
  portworx,
  iscsi,
  rbd,
};

struct disk {
  disk_kind kind = disk_kind::csi;
  /// pdName, volumeID, diskURI, volumePath, iqn, rbd's image, csi's volumeHandle; "" for azureFile.
  std::string id{};
  bool read_only = false;
  std::string driver{};                 ///< csi
  std::string pool{};                   ///< rbd
  std::vector<std::string> monitors{};  ///< rbd
  std::string azure_kind{};             ///< azureDisk's kind: "Managed", "Dedicated", "Shared", or "" where absent

  bool operator==(const disk&) const = default;
};

}  // namespace berth::k8s
