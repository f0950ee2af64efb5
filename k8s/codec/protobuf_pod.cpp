#include "k8s/codec/protobuf_messages.hpp"

/// Pods. Upstream: api/core/v1/generated.proto.
namespace berth::k8s {

namespace {

using f = protobuf_field;

// containers and volumes

constexpr f port_fields[] = {f::int32(2, "hostPort"), f::int32(3, "containerPort").always(), f::text(4, "protocol"),
                             f::text(5, "hostIP")};
constexpr protobuf_message port{port_fields};
constexpr f resources_fields[] = {f::quantity(1, "limits").map(), f::quantity(2, "requests").map()};
constexpr protobuf_message resources{resources_fields};
constexpr f mount_fields[] = {f::text(8, "bindMountOptions").list()};
constexpr protobuf_message mount{mount_fields};
constexpr f restart_rule_fields[] = {f::text(1, "action")};
constexpr protobuf_message restart_rule{restart_rule_fields};
constexpr f container_fields[] = {
    f::text(1, "name").always(),
    f::text(2, "image"),
    f::object(6, "ports", port).list(),
    f::object(8, "resources", resources),
    f::object(9, "volumeMounts", mount).list(),
    f::text(24, "restartPolicy").pointer(),
    f::object(25, "restartPolicyRules", restart_rule).list(),
};
constexpr protobuf_message container{container_fields};
constexpr f ephemeral_common_fields[] = {f::object(9, "volumeMounts", mount).list()};
constexpr protobuf_message ephemeral_common{ephemeral_common_fields};
constexpr f ephemeral_container_fields[] = {f::inside(1, ephemeral_common)};
constexpr protobuf_message ephemeral_container{ephemeral_container_fields};
constexpr f volume_fields[] = {f::text(1, "name").always(), f::inside(2, volume_source_message)};
constexpr protobuf_message volume{volume_fields};
constexpr protobuf_message counted{};  // how many there are is all that is read

// where it wants to be

constexpr f preferred_fields[] = {f::int32(1, "weight").always(),
                                  f::object(2, "preference", node_selector_term_message)};
constexpr protobuf_message preferred{preferred_fields};
constexpr f node_affinity_fields[] = {
    f::object(1, "requiredDuringSchedulingIgnoredDuringExecution", node_selector_message),
    f::object(2, "preferredDuringSchedulingIgnoredDuringExecution", preferred).list(),
};
constexpr protobuf_message node_affinity{node_affinity_fields};
constexpr f affinity_term_fields[] = {
    f::object(1, "labelSelector", label_selector_message),
    f::text(2, "namespaces").list(),
    f::text(3, "topologyKey").always(),
    f::object(4, "namespaceSelector", label_selector_message),
    f::text(5, "matchLabelKeys").list(),
    f::text(6, "mismatchLabelKeys").list(),
};
constexpr protobuf_message affinity_term{affinity_term_fields};
constexpr f weighted_term_fields[] = {f::int32(1, "weight").always(), f::object(2, "podAffinityTerm", affinity_term)};
constexpr protobuf_message weighted_term{weighted_term_fields};
constexpr f pod_affinity_fields[] = {
    f::object(1, "requiredDuringSchedulingIgnoredDuringExecution", affinity_term).list(),
    f::object(2, "preferredDuringSchedulingIgnoredDuringExecution", weighted_term).list(),
};
constexpr protobuf_message pod_affinity{pod_affinity_fields};
constexpr f affinity_fields[] = {f::object(1, "nodeAffinity", node_affinity), f::object(2, "podAffinity", pod_affinity),
                                 f::object(3, "podAntiAffinity", pod_affinity)};
constexpr protobuf_message affinity{affinity_fields};
constexpr f toleration_fields[] = {f::text(1, "key"), f::text(2, "operator"), f::text(3, "value"),
                                   f::text(4, "effect")};
constexpr protobuf_message toleration{toleration_fields};
constexpr f spread_fields[] = {
    f::int32(1, "maxSkew").always(),          f::text(2, "topologyKey").always(),
    f::text(3, "whenUnsatisfiable").always(), f::object(4, "labelSelector", label_selector_message),
    f::int32(5, "minDomains").pointer(),      f::text(6, "nodeAffinityPolicy").pointer(),
    f::text(7, "nodeTaintsPolicy").pointer(), f::text(8, "matchLabelKeys").list(),
};
constexpr protobuf_message spread{spread_fields};
constexpr f gate_fields[] = {f::text(1, "name").always()};
constexpr protobuf_message gate{gate_fields};

constexpr f spec_fields[] = {
    f::object(1, "volumes", volume).list(),
    f::object(2, "containers", container).list(),
    f::text(7, "nodeSelector").map(),
    f::text(10, "nodeName"),
    f::boolean(11, "hostNetwork"),
    f::object(18, "affinity", affinity),
    f::text(19, "schedulerName"),
    f::object(20, "initContainers", container).list(),
    f::object(22, "tolerations", toleration).list(),
    f::int32(25, "priority").pointer(),
    f::text(31, "preemptionPolicy").pointer(),
    f::quantity(32, "overhead").map(),
    f::object(33, "topologySpreadConstraints", spread).list(),
    f::object(34, "ephemeralContainers", ephemeral_container).list(),
    f::boolean(37, "hostUsers").pointer(),
    f::object(38, "schedulingGates", gate).list(),
    f::object(39, "resourceClaims", counted).list(),
    f::object(40, "resources", resources),
};
constexpr protobuf_message spec{spec_fields};

// status

constexpr f condition_fields[] = {f::text(1, "type").always(), f::text(2, "status").always(), f::text(5, "reason"),
                                  f::text(6, "message")};
constexpr protobuf_message condition{condition_fields};
constexpr f container_status_fields[] = {f::text(1, "name").always(), f::quantity(10, "allocatedResources").map(),
                                         f::object(11, "resources", resources)};
constexpr protobuf_message container_status{container_status_fields};
constexpr f status_fields[] = {
    f::text(1, "phase"),
    f::object(2, "conditions", condition).list(),
    f::time(7, "startTime"),
    f::object(8, "containerStatuses", container_status).list(),
    f::object(10, "initContainerStatuses", container_status).list(),
    f::text(11, "nominatedNodeName"),
    f::quantity(19, "allocatedResources").map(),
    f::object(20, "resources", resources),
};
constexpr protobuf_message status{status_fields};

constexpr f pod_fields[] = {f::object(1, "metadata", object_meta_message), f::object(2, "spec", spec),
                            f::object(3, "status", status)};

}  // namespace

constexpr protobuf_message pod_message{pod_fields};

}  // namespace berth::k8s
