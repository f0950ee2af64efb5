#pragma once

#include "k8s/api/disruption_budget.hpp"
#include "k8s/api/node.hpp"
#include "k8s/api/pod.hpp"
#include "k8s/api/selecting_object.hpp"
#include "k8s/api/status.hpp"
#include "k8s/api/storage.hpp"
#include "k8s/api/workload.hpp"
#include "k8s/error.hpp"

#include <memory>
#include <string>
#include <string_view>

/// JSON texts of the API server to the structs of this folder, in one pass and without a tree in between: fields that
/// no struct has are skipped. Pure and free of shared state: call from any thread.
///
/// v1 defaults are applied as the API server applies them, so objects that people wrote (and no server has seen) decode
/// the same: requests from limits, hostPort from containerPort under hostNetwork, namespace "default", schedulerName
/// "default-scheduler". Null is as absent. Unknown words of an enumeration are kept as `unknown`, never an error: an
/// object that is dropped is capacity that is not counted.
///
/// Errors (malformed, too_large) name kind, namespace/name where it came before the fault, the field's path and the
/// byte: `Pod default/web: spec.containers[0].resources.requests["cpu"]: "1x" is not a quantity, at byte 311`. Caps: 3
/// MiB per object (twice what etcd accepts), depth 64.
namespace berth::k8s {

result<pod_ptr> decode_pod(std::string_view json);
result<node_ptr> decode_node(std::string_view json);
result<namespace_ptr> decode_namespace(std::string_view json);
/// Of any of the three kinds.
result<workload_ptr> decode_workload(std::string_view json);
result<disruption_budget_ptr> decode_disruption_budget(std::string_view json);
/// Of a Service or ReplicationController.
result<label_selecting_ptr> decode_label_selecting(std::string_view json);
/// Of a ReplicaSet or StatefulSet.
result<workload_selecting_ptr> decode_workload_selecting(std::string_view json);
/// Both at once: of a ReplicationController, where `Selecting` is label_selecting; of the two others, where it is
/// workload_selecting.
template <class Selecting>
result<std::shared_ptr<const selecting_workload<Selecting>>> decode_selecting_workload(std::string_view json);
result<volume_ptr> decode_volume(std::string_view json);
result<claim_ptr> decode_claim(std::string_view json);
result<storage_class_ptr> decode_storage_class(std::string_view json);
result<csi_node_ptr> decode_csi_node(std::string_view json);
result<csi_driver_ptr> decode_csi_driver(std::string_view json);
result<csi_storage_capacity_ptr> decode_csi_storage_capacity(std::string_view json);
result<volume_attachment_ptr> decode_volume_attachment(std::string_view json);

/// A Status object; anything else is an error.
result<api_status> decode_status(std::string_view json);

/// One line of a watch.
template <class Object>
struct watch_event {
  enum class type { added, modified, deleted, bookmark, error };

  type what = type::added;
  std::shared_ptr<const Object> object;  ///< null for bookmark and error
  std::string resource_version;          ///< of the object or bookmark; "" for error
  bool initial_events_end = false;       ///< a bookmark annotated k8s.io/initial-events-end: true
  api_status status;                     ///< for error
};

/// Defined for pod, node, namespace_object, workload, disruption_budget, label_selecting, workload_selecting,
/// selecting_workload of these two, and the kinds of api/storage.hpp.
template <class Object>
result<watch_event<Object>> decode_watch_event(std::string_view line);

}  // namespace berth::k8s
