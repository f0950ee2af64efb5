#pragma once

#include "k8s/api/pod.hpp"
#include "scoring/storage.hpp"

#include <map>
#include <string>

/// Which CSI volumes a node must have attached. Pure. Upstream: plugins/nodevolumelimits, csi.go.
namespace berth::scoring {

/// "driver/handle" to driver: a volume that several pods share is one.
using attached_volumes = std::map<std::string, std::string>;

/// Why a pod's volumes cannot be told; "" where they can.
struct volume_fault {
  std::string what;
  bool missing_claim = false;  ///< the pod waits for it
};

/// Adds those of the pod. `migrated` says that in-tree disks are CSI volumes on the node. Of a pod that is placed
/// (`is_new` false), claims that are not there are passed over.
volume_fault add_volumes(const k8s::pod& pod, const storage& objects, bool migrated, bool is_new,
                         attached_volumes& volumes);

/// Adds those that are attached to the node, whichever pod they were attached for.
void add_attachments(const std::string& node, const storage& objects, attached_volumes& volumes);

}  // namespace berth::scoring
