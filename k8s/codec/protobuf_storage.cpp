#include "k8s/codec/protobuf_messages.hpp"

/// Volumes and those around them. Upstream: generated.proto of api's core/v1 and storage/v1.
namespace berth::k8s {

namespace {

using f = protobuf_field;

// Disks that pods and PersistentVolumes name alike

constexpr f gce_fields[] = {f::text(1, "pdName").always(), f::boolean(4, "readOnly")};
constexpr protobuf_message gce{gce_fields};
constexpr f aws_fields[] = {f::text(1, "volumeID").always(), f::boolean(4, "readOnly")};
constexpr protobuf_message aws{aws_fields};
constexpr f azure_disk_fields[] = {f::text(2, "diskURI").always(), f::boolean(5, "readOnly").pointer(),
                                   f::text(6, "kind").pointer()};
constexpr protobuf_message azure_disk{azure_disk_fields};
// AzureFile, of either form, Cinder and Portworx have readOnly at one number, and that is all of AzureFile.
constexpr f azure_file_fields[] = {f::boolean(3, "readOnly")};
constexpr protobuf_message azure_file{azure_file_fields};
constexpr f third_fields[] = {f::text(1, "volumeID").always(), f::boolean(3, "readOnly")};
constexpr protobuf_message cinder_or_portworx{third_fields};
constexpr f vsphere_fields[] = {f::text(1, "volumePath").always()};
constexpr protobuf_message vsphere{vsphere_fields};

// Of pods

constexpr f iscsi_fields[] = {f::text(2, "iqn").always(), f::boolean(6, "readOnly")};
constexpr protobuf_message iscsi{iscsi_fields};
constexpr f rbd_fields[] = {f::text(1, "monitors").list(), f::text(2, "image").always(), f::text(4, "pool"),
                            f::boolean(8, "readOnly")};
constexpr protobuf_message rbd{rbd_fields};
constexpr f claim_source_fields[] = {f::text(1, "claimName").always()};
constexpr protobuf_message claim_source{claim_source_fields};
constexpr f inline_csi_fields[] = {f::text(1, "driver").always(), f::boolean(2, "readOnly").pointer()};
constexpr protobuf_message inline_csi{inline_csi_fields};
constexpr protobuf_message ephemeral{};  // that it is there is all that is read
constexpr f image_fields[] = {f::text(1, "reference")};
constexpr protobuf_message image{image_fields};
constexpr f volume_source_fields[] = {
    f::object(3, "gcePersistentDisk", gce),
    f::object(4, "awsElasticBlockStore", aws),
    f::object(8, "iscsi", iscsi),
    f::object(10, "persistentVolumeClaim", claim_source),
    f::object(11, "rbd", rbd),
    f::object(13, "cinder", cinder_or_portworx),
    f::object(18, "azureFile", azure_file),
    f::object(20, "vsphereVolume", vsphere),
    f::object(22, "azureDisk", azure_disk),
    f::object(24, "portworxVolume", cinder_or_portworx),
    f::object(28, "csi", inline_csi),
    f::object(29, "ephemeral", ephemeral),
    f::object(30, "image", image),
};

// PersistentVolume

constexpr f csi_fields[] = {f::text(1, "driver").always(), f::text(2, "volumeHandle").always(),
                            f::boolean(3, "readOnly")};
constexpr protobuf_message csi{csi_fields};
constexpr f persistent_volume_source_fields[] = {
    f::object(1, "gcePersistentDisk", gce),
    f::object(2, "awsElasticBlockStore", aws),
    f::object(8, "cinder", cinder_or_portworx),
    f::object(13, "azureFile", azure_file),
    f::object(14, "vsphereVolume", vsphere),
    f::object(16, "azureDisk", azure_disk),
    f::object(18, "portworxVolume", cinder_or_portworx),
    f::object(22, "csi", csi),
};
constexpr f claim_reference_fields[] = {f::text(2, "namespace"), f::text(3, "name"), f::text(4, "uid")};
constexpr protobuf_message claim_reference{claim_reference_fields};
constexpr f volume_nodes_fields[] = {f::object(1, "required", node_selector_message)};
constexpr protobuf_message volume_nodes{volume_nodes_fields};
constexpr f volume_spec_fields[] = {
    f::quantity(1, "capacity").map(),
    f::inside(2, persistent_volume_source_message),
    f::text(3, "accessModes").list(),
    f::object(4, "claimRef", claim_reference),
    f::text(6, "storageClassName"),
    f::text(8, "volumeMode").pointer(),
    f::object(9, "nodeAffinity", volume_nodes),
    f::text(10, "volumeAttributesClassName").pointer(),
};
constexpr protobuf_message volume_spec{volume_spec_fields};
constexpr f phase_fields[] = {f::text(1, "phase")};
constexpr protobuf_message phase{phase_fields};
constexpr f volume_fields[] = {f::object(1, "metadata", object_meta_message), f::object(2, "spec", volume_spec),
                               f::object(3, "status", phase)};

// PersistentVolumeClaim

constexpr f claim_resources_fields[] = {f::quantity(2, "requests").map()};
constexpr protobuf_message claim_resources{claim_resources_fields};
constexpr f claim_spec_fields[] = {
    f::text(1, "accessModes").list(),
    f::object(2, "resources", claim_resources),
    f::text(3, "volumeName"),
    f::object(4, "selector", label_selector_message),
    f::text(5, "storageClassName").pointer(),
    f::text(6, "volumeMode").pointer(),
    f::text(9, "volumeAttributesClassName").pointer(),
};
constexpr protobuf_message claim_spec{claim_spec_fields};
constexpr f claim_fields[] = {f::object(1, "metadata", object_meta_message), f::object(2, "spec", claim_spec),
                              f::object(3, "status", phase)};

// StorageClass

constexpr f topology_requirement_fields[] = {f::text(1, "key").always(), f::text(2, "values").list()};
constexpr protobuf_message topology_requirement{topology_requirement_fields};
constexpr f topology_term_fields[] = {f::object(1, "matchLabelExpressions", topology_requirement).list()};
constexpr protobuf_message topology_term{topology_term_fields};
constexpr f class_fields[] = {f::object(1, "metadata", object_meta_message), f::text(2, "provisioner").always(),
                              f::text(7, "volumeBindingMode").pointer(),
                              f::object(8, "allowedTopologies", topology_term).list()};

// CSINode, CSIDriver, CSIStorageCapacity, VolumeAttachment

constexpr f limit_fields[] = {f::int32(1, "count").pointer()};
constexpr protobuf_message limit{limit_fields};
constexpr f node_driver_fields[] = {f::text(1, "name").always(), f::object(4, "allocatable", limit)};
constexpr protobuf_message node_driver{node_driver_fields};
constexpr f csi_node_spec_fields[] = {f::object(1, "drivers", node_driver).list()};
constexpr protobuf_message csi_node_spec{csi_node_spec_fields};
constexpr f csi_node_fields[] = {f::object(1, "metadata", object_meta_message), f::object(2, "spec", csi_node_spec)};

constexpr f csi_driver_spec_fields[] = {f::boolean(4, "storageCapacity").pointer(),
                                        f::boolean(11, "preventPodSchedulingIfMissing").pointer()};
constexpr protobuf_message csi_driver_spec{csi_driver_spec_fields};
constexpr f csi_driver_fields[] = {f::object(1, "metadata", object_meta_message),
                                   f::object(2, "spec", csi_driver_spec)};

constexpr f csi_storage_capacity_fields[] = {
    f::object(1, "metadata", object_meta_message), f::object(2, "nodeTopology", label_selector_message),
    f::text(3, "storageClassName").always(),       f::quantity(4, "capacity"),
    f::quantity(5, "maximumVolumeSize"),
};

constexpr f attachment_source_fields[] = {f::text(1, "persistentVolumeName").pointer()};
constexpr protobuf_message attachment_source{attachment_source_fields};
constexpr f attachment_spec_fields[] = {f::text(1, "attacher").always(), f::object(2, "source", attachment_source),
                                        f::text(3, "nodeName").always()};
constexpr protobuf_message attachment_spec{attachment_spec_fields};
constexpr f attachment_fields[] = {f::object(1, "metadata", object_meta_message),
                                   f::object(2, "spec", attachment_spec)};

}  // namespace

constexpr protobuf_message volume_source_message{volume_source_fields};
constexpr protobuf_message persistent_volume_source_message{persistent_volume_source_fields};
constexpr protobuf_message persistent_volume_message{volume_fields};
constexpr protobuf_message persistent_volume_claim_message{claim_fields};
constexpr protobuf_message storage_class_message{class_fields};
constexpr protobuf_message csi_node_message{csi_node_fields};
constexpr protobuf_message csi_driver_message{csi_driver_fields};
constexpr protobuf_message csi_storage_capacity_message{csi_storage_capacity_fields};
constexpr protobuf_message volume_attachment_message{attachment_fields};

}  // namespace berth::k8s
