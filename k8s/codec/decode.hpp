#pragma once

#include "k8s/api/disruption_budget.hpp"
#include "k8s/api/node.hpp"
#include "k8s/api/pod.hpp"
#include "k8s/api/selecting_object.hpp"
#include "k8s/api/status.hpp"
#include "k8s/api/storage.hpp"
#include "k8s/api/workload.hpp"
#include "k8s/encoded.hpp"
#include "k8s/error.hpp"

#include <memory>
#include <string>
#include <string_view>

/// What the API server sends, JSON or protobuf, to the structs of this folder, in one pass and without a tree in
/// between: fields that no struct has are skipped. Both forms of an object decode to the same. Pure and free of shared
/// state: call from any thread.
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

/// Defined for pod, node, namespace_object, workload (of any of its three kinds), disruption_budget, label_selecting
/// (of a Service or ReplicationController), workload_selecting (of a ReplicaSet or StatefulSet), selecting_workload of
/// these two (both at once), and the kinds of api/storage.hpp.
template <class Object>
result<std::shared_ptr<const Object>> decode_object(const encoded& object);
template <class Object>
result<std::shared_ptr<const Object>> decode_object(std::string_view json) {
  return decode_object<Object>(encoded{json});
}

inline result<pod_ptr> decode_pod(std::string_view json) { return decode_object<pod>(json); }
inline result<node_ptr> decode_node(std::string_view json) { return decode_object<node>(json); }
inline result<namespace_ptr> decode_namespace(std::string_view json) { return decode_object<namespace_object>(json); }

/// A Status object; anything else is an error. Of protobuf: as a body has it, with Kubernetes' envelope.
result<api_status> decode_status(const encoded& body);
inline result<api_status> decode_status(std::string_view json) { return decode_status(encoded{json}); }

/// One event of a watch: a line of JSON, or a frame of protobuf without its length.
template <class Object>
struct watch_event {
  enum class type { added, modified, deleted, bookmark, error };

  type what = type::added;
  std::shared_ptr<const Object> object;  ///< null for bookmark and error
  std::string resource_version;          ///< of the object or bookmark; "" for error
  bool initial_events_end = false;       ///< a bookmark annotated k8s.io/initial-events-end: true
  api_status status;                     ///< for error
};

/// Defined for the same kinds as decode_object.
template <class Object>
result<watch_event<Object>> decode_watch_event(const encoded& event);
template <class Object>
result<watch_event<Object>> decode_watch_event(std::string_view line) {
  return decode_watch_event<Object>(encoded{line});
}

}  // namespace berth::k8s
