#include "k8s/codec/object_drafts.hpp"
#include "k8s/codec/selector_shape.hpp"

namespace berth::k8s {

namespace {

using draft = selecting_draft;

constexpr json_field metadata_fields[] = {
    field<&draft::object, &selecting_object::key, &object_key::name>("name"),
    field<&draft::object, &selecting_object::key, &object_key::namespace_>("namespace"),
    field<&draft::object, &selecting_object::resource_version>("resourceVersion"),
};
constexpr json_shape metadata_shape = object_shape(metadata_fields);

constexpr json_field label_spec_fields[] = {
    field<&draft::object, &selecting_object::selector, &label_selector::match_labels>("selector"),
};
constexpr json_shape label_spec_shape = object_shape(label_spec_fields);
constexpr json_field label_fields[] = {
    field<&draft::kind>("kind"),
    inside("metadata", metadata_shape),
    inside("spec", label_spec_shape),
};

constexpr json_field workload_spec_fields[] = {
    field<&draft::object, &selecting_object::selector>("selector", label_selector_shape),
};
constexpr json_shape workload_spec_shape = object_shape(workload_spec_fields);
constexpr json_field workload_fields[] = {
    field<&draft::kind>("kind"),
    inside("metadata", metadata_shape),
    inside("spec", workload_spec_shape),
};

}  // namespace

constexpr json_shape label_selecting_shape = object_shape(label_fields);
constexpr json_shape workload_selecting_shape = object_shape(workload_fields);

}  // namespace berth::k8s
