#include "k8s/codec/object_drafts.hpp"
#include "k8s/codec/selector_shape.hpp"

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

// The same, and the selector.
template <class Selecting>
struct with_selector {
  using draft = selecting_workload_draft<Selecting>;
  using both = selecting_workload<Selecting>;

  static constexpr json_field metadata_fields[] = {
      field<&draft::object, &both::own, &workload::key, &object_key::name>("name"),
      field<&draft::object, &both::own, &workload::key, &object_key::namespace_>("namespace"),
      field<&draft::object, &both::own, &workload::uid>("uid"),
      field<&draft::object, &both::own, &workload::resource_version>("resourceVersion"),
      field<&draft::object, &both::own, &workload::annotations>("annotations"),
      field<&draft::object, &both::own, &workload::deleted>("deletionTimestamp"),
  };
  static constexpr json_shape metadata_shape = object_shape(metadata_fields);
};

using labels = with_selector<label_selecting>;
constexpr json_field controller_spec_fields[] = {
    field<&labels::draft::object, &labels::both::own, &workload::replicas>("replicas"),
    field<&labels::draft::object, &labels::both::selects, &selecting_object::selector, &label_selector::match_labels>(
        "selector"),
};
constexpr json_shape controller_spec_shape = object_shape(controller_spec_fields);
constexpr json_field controller_fields[] = {
    field<&labels::draft::kind>("kind"),
    inside("metadata", labels::metadata_shape),
    inside("spec", controller_spec_shape),
};

using rules = with_selector<workload_selecting>;
constexpr json_field whole_spec_fields[] = {
    field<&rules::draft::object, &rules::both::own, &workload::replicas>("replicas"),
    field<&rules::draft::object, &rules::both::selects, &selecting_object::selector>("selector", label_selector_shape),
};
constexpr json_shape whole_spec_shape = object_shape(whole_spec_fields);
constexpr json_field whole_fields[] = {
    field<&rules::draft::kind>("kind"),
    inside("metadata", rules::metadata_shape),
    inside("spec", whole_spec_shape),
};

}  // namespace

constexpr json_shape workload_shape = object_shape(workload_fields);
constexpr json_shape replication_controller_shape = object_shape(controller_fields);
constexpr json_shape whole_workload_shape = object_shape(whole_fields);

}  // namespace berth::k8s
