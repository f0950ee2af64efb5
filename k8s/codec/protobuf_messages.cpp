#include "k8s/codec/protobuf_messages.hpp"

#include <array>
#include <utility>

/// What all kinds share, and the kinds of which little is read. Upstream: generated.proto of apimachinery's meta/v1 and
/// of api's core/v1, apps/v1 and policy/v1.
namespace berth::k8s {

namespace {

using f = protobuf_field;

// metadata

constexpr f owner_fields[] = {f::text(1, "kind").always(), f::text(3, "name").always(), f::text(4, "uid").always(),
                              f::text(5, "apiVersion").always(), f::boolean(6, "controller").pointer()};
constexpr protobuf_message owner{owner_fields};
constexpr f object_meta_fields[] = {
    f::text(1, "name"),
    f::text(3, "namespace"),
    f::text(5, "uid"),
    f::text(6, "resourceVersion"),
    f::int64(7, "generation"),
    f::time(8, "creationTimestamp"),
    f::time(9, "deletionTimestamp"),
    f::text(11, "labels").map(),
    f::text(12, "annotations").map(),
    f::object(13, "ownerReferences", owner).list(),
};
constexpr f list_meta_fields[] = {f::text(2, "resourceVersion"), f::text(3, "continue")};
constexpr protobuf_message list_meta{list_meta_fields};

constexpr f any_object_fields[] = {f::object(1, "metadata", object_meta_message)};
constexpr f any_list_fields[] = {f::object(1, "metadata", list_meta)};

// selectors

// Of labels and of nodes: the two messages are alike.
constexpr f requirement_fields[] = {f::text(1, "key").always(), f::text(2, "operator").always(),
                                    f::text(3, "values").list()};
constexpr protobuf_message requirement{requirement_fields};
constexpr f label_selector_fields[] = {f::text(1, "matchLabels").map(),
                                       f::object(2, "matchExpressions", requirement).list()};
constexpr f node_selector_term_fields[] = {f::object(1, "matchExpressions", requirement).list(),
                                           f::object(2, "matchFields", requirement).list()};
constexpr f node_selector_fields[] = {f::object(1, "nodeSelectorTerms", node_selector_term_message).list()};

// Status

constexpr f cause_fields[] = {f::text(1, "reason"), f::text(2, "message"), f::text(3, "field")};
constexpr protobuf_message cause{cause_fields};
constexpr f details_fields[] = {f::object(4, "causes", cause).list(), f::int32(5, "retryAfterSeconds")};
constexpr protobuf_message details{details_fields};
constexpr f status_fields[] = {f::text(3, "message"), f::text(4, "reason"), f::object(5, "details", details),
                               f::int32(6, "code")};

// Node

constexpr f taint_fields[] = {f::text(1, "key").always(), f::text(2, "value"), f::text(3, "effect").always()};
constexpr protobuf_message taint{taint_fields};
constexpr f node_spec_fields[] = {f::boolean(4, "unschedulable"), f::object(5, "taints", taint).list()};
constexpr protobuf_message node_spec{node_spec_fields};
constexpr f image_fields[] = {f::text(1, "names").list(), f::int64(2, "sizeBytes")};
constexpr protobuf_message image{image_fields};
constexpr f node_status_fields[] = {f::quantity(1, "capacity").map(), f::quantity(2, "allocatable").map(),
                                    f::object(8, "images", image).list(), f::text(14, "declaredFeatures").list()};
constexpr protobuf_message node_status{node_status_fields};
constexpr f node_fields[] = {f::object(1, "metadata", object_meta_message), f::object(2, "spec", node_spec),
                             f::object(3, "status", node_status)};

// Service, ReplicationController, ReplicaSet, StatefulSet

constexpr f service_spec_fields[] = {f::text(2, "selector").map()};
constexpr protobuf_message service_spec{service_spec_fields};
constexpr f service_fields[] = {f::object(1, "metadata", object_meta_message), f::object(2, "spec", service_spec)};
constexpr protobuf_message service{service_fields};
constexpr f controller_spec_fields[] = {f::int32(1, "replicas").pointer(), f::text(2, "selector").map()};
constexpr protobuf_message controller_spec{controller_spec_fields};
constexpr f controller_fields[] = {f::object(1, "metadata", object_meta_message),
                                   f::object(2, "spec", controller_spec)};
constexpr protobuf_message replication_controller{controller_fields};
// ReplicaSetSpec and StatefulSetSpec begin alike.
constexpr f set_spec_fields[] = {f::int32(1, "replicas").pointer(), f::object(2, "selector", label_selector_message)};
constexpr protobuf_message set_spec{set_spec_fields};
constexpr f set_fields[] = {f::object(1, "metadata", object_meta_message), f::object(2, "spec", set_spec)};
constexpr protobuf_message replica_or_stateful_set{set_fields};

// PodDisruptionBudget

constexpr f budget_spec_fields[] = {f::object(2, "selector", label_selector_message)};
constexpr protobuf_message budget_spec{budget_spec_fields};
constexpr f budget_status_fields[] = {f::time(2, "disruptedPods").map(), f::int32(3, "disruptionsAllowed").always()};
constexpr protobuf_message budget_status{budget_status_fields};
constexpr f budget_fields[] = {f::object(1, "metadata", object_meta_message), f::object(2, "spec", budget_spec),
                               f::object(3, "status", budget_status)};
constexpr protobuf_message disruption_budget{budget_fields};

constexpr std::array<std::pair<std::string_view, const protobuf_message*>, 15> kinds{{
    {"Pod", &pod_message},
    {"Node", &node_message},
    {"Namespace", &any_object_message},
    {"Service", &service},
    {"ReplicationController", &replication_controller},
    {"ReplicaSet", &replica_or_stateful_set},
    {"StatefulSet", &replica_or_stateful_set},
    {"PodDisruptionBudget", &disruption_budget},
    {"PersistentVolume", &persistent_volume_message},
    {"PersistentVolumeClaim", &persistent_volume_claim_message},
    {"StorageClass", &storage_class_message},
    {"CSINode", &csi_node_message},
    {"CSIDriver", &csi_driver_message},
    {"CSIStorageCapacity", &csi_storage_capacity_message},
    {"VolumeAttachment", &volume_attachment_message},
}};

}  // namespace

constexpr protobuf_message object_meta_message{object_meta_fields};
constexpr protobuf_message any_object_message{any_object_fields};
constexpr protobuf_message any_list_message{any_list_fields};
constexpr protobuf_message label_selector_message{label_selector_fields};
constexpr protobuf_message node_selector_message{node_selector_fields};
constexpr protobuf_message node_selector_term_message{node_selector_term_fields};
constexpr protobuf_message status_message{status_fields};
constexpr protobuf_message node_message{node_fields};

const protobuf_message* find_protobuf_message(std::string_view kind) {
  for (const auto& [name, message] : kinds)
    if (name == kind) return message;
  return nullptr;
}

}  // namespace berth::k8s
