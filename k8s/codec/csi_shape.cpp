#include "k8s/codec/selector_shape.hpp"
#include "k8s/codec/storage_drafts.hpp"

/// What CSI drivers and those around them say: CSINode, CSIDriver, CSIStorageCapacity, VolumeAttachment.
namespace berth::k8s {

namespace {

// CSINode

constexpr json_field limit_fields[] = {field<&csi_node::driver::limit>("count")};
constexpr json_shape limit_shape = object_shape(limit_fields);
constexpr json_field node_driver_fields[] = {
    field<&csi_node::driver::name>("name"),
    inside("allocatable", limit_shape),
};
constexpr json_shape node_driver_shape = object_shape(node_driver_fields);
constexpr json_field node_metadata_fields[] = {
    field<&csi_node_draft::object, &csi_node::name>("name"),
    field<&csi_node_draft::object, &csi_node::uid>("uid"),
    field<&csi_node_draft::object, &csi_node::resource_version>("resourceVersion"),
    field<&csi_node_draft::annotations>("annotations"),
};
constexpr json_shape node_metadata_shape = object_shape(node_metadata_fields);
constexpr json_field node_spec_fields[] = {
    field<&csi_node_draft::object, &csi_node::drivers>("drivers", json_list_shape<csi_node::driver, node_driver_shape>),
};
constexpr json_shape node_spec_shape = object_shape(node_spec_fields);
constexpr json_field node_fields[] = {
    field<&csi_node_draft::kind>("kind"),
    inside("metadata", node_metadata_shape),
    inside("spec", node_spec_shape),
};

// CSIDriver

constexpr json_field driver_metadata_fields[] = {
    field<&csi_driver_draft::object, &csi_driver::name>("name"),
    field<&csi_driver_draft::object, &csi_driver::uid>("uid"),
    field<&csi_driver_draft::object, &csi_driver::resource_version>("resourceVersion"),
};
constexpr json_shape driver_metadata_shape = object_shape(driver_metadata_fields);
constexpr json_field driver_spec_fields[] = {
    field<&csi_driver_draft::object, &csi_driver::storage_capacity>("storageCapacity"),
    field<&csi_driver_draft::object, &csi_driver::prevent_if_missing>("preventPodSchedulingIfMissing"),
};
constexpr json_shape driver_spec_shape = object_shape(driver_spec_fields);
constexpr json_field driver_fields[] = {
    field<&csi_driver_draft::kind>("kind"),
    inside("metadata", driver_metadata_shape),
    inside("spec", driver_spec_shape),
};

// CSIStorageCapacity

constexpr json_field capacity_metadata_fields[] = {
    field<&csi_storage_capacity_draft::object, &csi_storage_capacity::key, &object_key::name>("name"),
    field<&csi_storage_capacity_draft::object, &csi_storage_capacity::key, &object_key::namespace_>("namespace"),
    field<&csi_storage_capacity_draft::object, &csi_storage_capacity::uid>("uid"),
    field<&csi_storage_capacity_draft::object, &csi_storage_capacity::resource_version>("resourceVersion"),
};
constexpr json_shape capacity_metadata_shape = object_shape(capacity_metadata_fields);
constexpr json_field capacity_fields[] = {
    field<&csi_storage_capacity_draft::kind>("kind"),
    inside("metadata", capacity_metadata_shape),
    field<&csi_storage_capacity_draft::object, &csi_storage_capacity::class_name>("storageClassName"),
    field<&csi_storage_capacity_draft::object, &csi_storage_capacity::capacity>("capacity"),
    field<&csi_storage_capacity_draft::object, &csi_storage_capacity::maximum_volume_size>("maximumVolumeSize"),
    field<&csi_storage_capacity_draft::object, &csi_storage_capacity::nodes>("nodeTopology", label_selector_shape),
};

// VolumeAttachment

constexpr json_field attachment_metadata_fields[] = {
    field<&volume_attachment_draft::object, &volume_attachment::name>("name"),
    field<&volume_attachment_draft::object, &volume_attachment::uid>("uid"),
    field<&volume_attachment_draft::object, &volume_attachment::resource_version>("resourceVersion"),
};
constexpr json_shape attachment_metadata_shape = object_shape(attachment_metadata_fields);
constexpr json_field attachment_source_fields[] = {
    field<&volume_attachment_draft::object, &volume_attachment::volume_name>("persistentVolumeName"),
};
constexpr json_shape attachment_source_shape = object_shape(attachment_source_fields);
constexpr json_field attachment_spec_fields[] = {
    field<&volume_attachment_draft::object, &volume_attachment::attacher>("attacher"),
    field<&volume_attachment_draft::object, &volume_attachment::node_name>("nodeName"),
    inside("source", attachment_source_shape),
};
constexpr json_shape attachment_spec_shape = object_shape(attachment_spec_fields);
constexpr json_field attachment_fields[] = {
    field<&volume_attachment_draft::kind>("kind"),
    inside("metadata", attachment_metadata_shape),
    inside("spec", attachment_spec_shape),
};

}  // namespace

constexpr json_shape csi_node_shape = object_shape(node_fields);
constexpr json_shape csi_driver_shape = object_shape(driver_fields);
constexpr json_shape csi_storage_capacity_shape = object_shape(capacity_fields);
constexpr json_shape volume_attachment_shape = object_shape(attachment_fields);

csi_node finished(csi_node_draft&& draft) {
  if (const std::string* plugins = draft.annotations.find("storage.alpha.kubernetes.io/migrated-plugins"))
    draft.object.migrated_plugins = *plugins;
  return std::move(draft.object);
}

csi_driver finished(csi_driver_draft&& draft) { return std::move(draft.object); }

csi_storage_capacity finished(csi_storage_capacity_draft&& draft) {
  auto& key = draft.object.key;
  if (!key.name.empty() && key.namespace_.empty()) key.namespace_ = "default";
  return std::move(draft.object);
}

volume_attachment finished(volume_attachment_draft&& draft) { return std::move(draft.object); }

}  // namespace berth::k8s
