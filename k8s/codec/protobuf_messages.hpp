#pragma once

#include "k8s/codec/protobuf_message.hpp"

#include <string_view>

/// The messages that are read. Private to k8s/codec/.
namespace berth::k8s {

/// nullptr for a kind that is not read as protobuf.
const protobuf_message* find_protobuf_message(std::string_view kind);

/// Any object: its metadata alone.
extern const protobuf_message any_object_message;
/// Any list without its items.
extern const protobuf_message any_list_message;
extern const protobuf_message status_message;

extern const protobuf_message object_meta_message;
extern const protobuf_message label_selector_message;
extern const protobuf_message node_selector_message;
extern const protobuf_message node_selector_term_message;
/// What stands in a pod's volume, and in a PersistentVolume's spec, beside its other fields.
extern const protobuf_message volume_source_message;
extern const protobuf_message persistent_volume_source_message;

extern const protobuf_message pod_message;
extern const protobuf_message node_message;
extern const protobuf_message persistent_volume_message;
extern const protobuf_message persistent_volume_claim_message;
extern const protobuf_message storage_class_message;
extern const protobuf_message csi_node_message;
extern const protobuf_message csi_driver_message;
extern const protobuf_message csi_storage_capacity_message;
extern const protobuf_message volume_attachment_message;

}  // namespace berth::k8s
