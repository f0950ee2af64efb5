#include "k8s/codec/selector_shape.hpp"
#include "k8s/codec/storage_drafts.hpp"

#include <algorithm>

namespace berth::k8s {

namespace {

constexpr std::array<std::string_view, 2> volume_modes{"Filesystem", "Block"};
constexpr std::array<std::string_view, 2> binding_modes{"Immediate", "WaitForFirstConsumer"};
constexpr std::array<std::string_view, 4> access_modes{"ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany",
                                                       "ReadWriteOncePod"};
constexpr json_shape access_modes_shape = json_list_shape<std::string, json_text_among<access_modes>>;

// Disks: the field that holds the identity has another name in each.

constexpr json_field disk_fields[] = {
    field<&disk::id>("pdName"),
    field<&disk::id>("volumeID"),
    field<&disk::id>("diskURI"),
    field<&disk::id>("volumePath"),
    field<&disk::id>("iqn"),
    field<&disk::id>("image"),
    field<&disk::id>("volumeHandle"),
    field<&disk::read_only>("readOnly"),
    field<&disk::driver>("driver"),
    field<&disk::pool>("pool"),
    field<&disk::monitors>("monitors"),
    field<&disk::azure_kind>("kind"),
};

template <disk_kind Kind>
constexpr json_field source(std::string_view name) {
  return {name, &disk_shape, [](void* place) -> void* {
            return &static_cast<volume_draft*>(place)->object.source.emplace(disk{.kind = Kind});
          }};
}

// PersistentVolume

constexpr json_field volume_metadata_fields[] = {
    field<&volume_draft::object, &persistent_volume::name>("name"),
    field<&volume_draft::object, &persistent_volume::uid>("uid"),
    field<&volume_draft::object, &persistent_volume::resource_version>("resourceVersion"),
    field<&volume_draft::object, &persistent_volume::labels>("labels"),
    field<&volume_draft::annotations>("annotations"),
    field<&volume_draft::deleted>("deletionTimestamp"),
};
constexpr json_shape volume_metadata_shape = object_shape(volume_metadata_fields);
constexpr json_field claim_reference_fields[] = {
    field<&claim_reference::key, &object_key::namespace_>("namespace"),
    field<&claim_reference::key, &object_key::name>("name"),
    field<&claim_reference::uid>("uid"),
};
constexpr json_shape claim_reference_shape = object_shape(claim_reference_fields);
constexpr json_field volume_nodes_fields[] = {
    field<&volume_draft::object, &persistent_volume::nodes>("required", node_selector_shape),
};
constexpr json_shape volume_nodes_shape = object_shape(volume_nodes_fields);
constexpr json_field volume_spec_fields[] = {
    field<&volume_draft::capacity>("capacity"),
    field<&volume_draft::object, &persistent_volume::access_modes>("accessModes", access_modes_shape),
    field<&volume_draft::object, &persistent_volume::claim>("claimRef", claim_reference_shape),
    field<&volume_draft::object, &persistent_volume::class_name>("storageClassName"),
    field<&volume_draft::volume_mode>("volumeMode", json_text_among<volume_modes>),
    field<&volume_draft::object, &persistent_volume::attributes_class>("volumeAttributesClassName"),
    inside("nodeAffinity", volume_nodes_shape),
    source<disk_kind::csi>("csi"),
    source<disk_kind::gce_pd>("gcePersistentDisk"),
    source<disk_kind::aws_ebs>("awsElasticBlockStore"),
    source<disk_kind::azure_disk>("azureDisk"),
    source<disk_kind::azure_file>("azureFile"),
    source<disk_kind::cinder>("cinder"),
    source<disk_kind::vsphere>("vsphereVolume"),
    source<disk_kind::portworx>("portworxVolume"),
};
constexpr json_shape volume_spec_shape = object_shape(volume_spec_fields);
constexpr json_field volume_status_fields[] = {field<&volume_draft::phase>("phase")};
constexpr json_shape volume_status_shape = object_shape(volume_status_fields);
constexpr json_field volume_fields[] = {
    field<&volume_draft::kind>("kind"),
    inside("metadata", volume_metadata_shape),
    inside("spec", volume_spec_shape),
    inside("status", volume_status_shape),
};

// PersistentVolumeClaim

constexpr json_field owner_fields[] = {
    field<&claim_owner_draft::owner, &controller_owner::api_version>("apiVersion"),
    field<&claim_owner_draft::owner, &controller_owner::kind>("kind"),
    field<&claim_owner_draft::owner, &controller_owner::name>("name"),
    field<&claim_owner_draft::owner, &controller_owner::uid>("uid"),
    field<&claim_owner_draft::controller>("controller"),
};
constexpr json_shape owner_shape = object_shape(owner_fields);
constexpr json_field claim_metadata_fields[] = {
    field<&claim_draft::object, &persistent_volume_claim::key, &object_key::name>("name"),
    field<&claim_draft::object, &persistent_volume_claim::key, &object_key::namespace_>("namespace"),
    field<&claim_draft::object, &persistent_volume_claim::uid>("uid"),
    field<&claim_draft::object, &persistent_volume_claim::resource_version>("resourceVersion"),
    field<&claim_draft::annotations>("annotations"),
    field<&claim_draft::deleted>("deletionTimestamp"),
    field<&claim_draft::owners>("ownerReferences", json_list_shape<claim_owner_draft, owner_shape>),
};
constexpr json_shape claim_metadata_shape = object_shape(claim_metadata_fields);
constexpr json_field claim_resources_fields[] = {field<&claim_draft::requests>("requests")};
constexpr json_shape claim_resources_shape = object_shape(claim_resources_fields);
constexpr json_field claim_spec_fields[] = {
    field<&claim_draft::object, &persistent_volume_claim::access_modes>("accessModes", access_modes_shape),
    inside("resources", claim_resources_shape),
    field<&claim_draft::object, &persistent_volume_claim::volume_name>("volumeName"),
    field<&claim_draft::object, &persistent_volume_claim::class_name>("storageClassName"),
    field<&claim_draft::volume_mode>("volumeMode", json_text_among<volume_modes>),
    field<&claim_draft::object, &persistent_volume_claim::attributes_class>("volumeAttributesClassName"),
    field<&claim_draft::object, &persistent_volume_claim::selector>("selector", label_selector_shape),
};
constexpr json_shape claim_spec_shape = object_shape(claim_spec_fields);
constexpr json_field claim_status_fields[] = {field<&claim_draft::phase>("phase")};
constexpr json_shape claim_status_shape = object_shape(claim_status_fields);
constexpr json_field claim_fields[] = {
    field<&claim_draft::kind>("kind"),
    inside("metadata", claim_metadata_shape),
    inside("spec", claim_spec_shape),
    inside("status", claim_status_shape),
};

// StorageClass

constexpr json_field topology_requirement_fields[] = {
    field<&topology_term::requirement::key>("key"),
    field<&topology_term::requirement::values>("values"),
};
constexpr json_shape topology_requirement_shape = object_shape(topology_requirement_fields);
constexpr json_field topology_term_fields[] = {
    field<&topology_term::requirements>("matchLabelExpressions",
                                        json_list_shape<topology_term::requirement, topology_requirement_shape>),
};
constexpr json_shape topology_term_shape = object_shape(topology_term_fields);
constexpr json_field class_metadata_fields[] = {
    field<&storage_class_draft::object, &storage_class::name>("name"),
    field<&storage_class_draft::object, &storage_class::uid>("uid"),
    field<&storage_class_draft::object, &storage_class::resource_version>("resourceVersion"),
};
constexpr json_shape class_metadata_shape = object_shape(class_metadata_fields);
constexpr json_field class_fields[] = {
    field<&storage_class_draft::kind>("kind"),
    inside("metadata", class_metadata_shape),
    field<&storage_class_draft::object, &storage_class::provisioner>("provisioner"),
    field<&storage_class_draft::binding_mode>("volumeBindingMode", json_text_among<binding_modes>),
    field<&storage_class_draft::object, &storage_class::allowed_topologies>(
        "allowedTopologies", json_list_shape<topology_term, topology_term_shape>),
};

std::optional<std::string> annotation(const string_map& annotations, std::string_view key) {
  const std::string* there = annotations.find(key);
  return there == nullptr ? std::nullopt : std::optional<std::string>(*there);
}

std::optional<quantity> amount_of_storage(const resource_list& amounts) {
  const quantity* there = amounts.find("storage");
  return there == nullptr ? std::nullopt : std::optional<quantity>(*there);
}

bool is_block(const std::string& mode) { return !mode.empty() && mode != "Filesystem"; }

constexpr std::string_view class_key = "volume.beta.kubernetes.io/storage-class";

}  // namespace

constexpr json_shape disk_shape = object_shape(disk_fields);
constexpr json_shape volume_shape = object_shape(volume_fields);
constexpr json_shape claim_shape = object_shape(claim_fields);
constexpr json_shape storage_class_shape = object_shape(class_fields);

void set_defaults(disk& d) {
  if (d.kind == disk_kind::rbd && d.pool.empty()) d.pool = "rbd";
  if (d.kind == disk_kind::azure_disk && d.azure_kind.empty()) d.azure_kind = "Shared";
}

persistent_volume finished(volume_draft&& draft) {
  persistent_volume& v = draft.object;
  v.class_annotation = annotation(draft.annotations, class_key);
  v.bound_by_controller = draft.annotations.contains("pv.kubernetes.io/bound-by-controller");
  v.deleted = draft.deleted.has_value();
  v.capacity = amount_of_storage(draft.capacity);
  v.block = is_block(draft.volume_mode);
  if (v.source) set_defaults(*v.source);
  v.available = draft.phase == "Available";
  return std::move(v);
}

persistent_volume_claim finished(claim_draft&& draft) {
  persistent_volume_claim& c = draft.object;
  if (!c.key.name.empty() && c.key.namespace_.empty()) c.key.namespace_ = "default";
  const auto controls = [](const claim_owner_draft& o) { return o.controller; };
  if (const auto o = std::find_if(draft.owners.begin(), draft.owners.end(), controls); o != draft.owners.end())
    c.owner = std::move(o->owner);
  c.class_annotation = annotation(draft.annotations, class_key);
  c.selected_node = annotation(draft.annotations, "volume.kubernetes.io/selected-node");
  c.bind_completed = draft.annotations.contains("pv.kubernetes.io/bind-completed");
  c.has_annotations = !draft.annotations.empty();
  c.deleted = draft.deleted.has_value();
  c.request = amount_of_storage(draft.requests);
  c.block = is_block(draft.volume_mode);
  c.lost = draft.phase == "Lost";
  return std::move(c);
}

storage_class finished(storage_class_draft&& draft) {
  if (!draft.binding_mode.empty()) draft.object.waits_for_first_consumer = draft.binding_mode == "WaitForFirstConsumer";
  return std::move(draft.object);
}

}  // namespace berth::k8s
