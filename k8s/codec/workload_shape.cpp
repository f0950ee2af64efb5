#include "k8s/codec/object_drafts.hpp"

namespace berth::k8s {

namespace {

constexpr json_field metadata_fields[] = {
    field<&workload_draft::object, &workload::key, &object_key::name>("name"),
    field<&workload_draft::object, &workload::key, &object_key::namespace_>("namespace"),
    field<&workload_draft::object, &workload::uid>("uid"),
    field<&workload_draft::object, &workload::resource_version>("resourceVersion"),
    field<&workload_draft::object, &workload::annotations>("annotations"),
    field<&workload_draft::object, &workload::deleted>("deletionTimestamp"),
};
constexpr json_shape metadata_shape = object_shape(metadata_fields);
constexpr json_field spec_fields[] = {
    field<&workload_draft::object, &workload::replicas>("replicas"),
};
constexpr json_shape spec_shape = object_shape(spec_fields);
constexpr json_field workload_fields[] = {
    field<&workload_draft::kind>("kind"),
    inside("metadata", metadata_shape),
    inside("spec", spec_shape),
};

}  // namespace

constexpr json_shape workload_shape = object_shape(workload_fields);

}  // namespace berth::k8s
