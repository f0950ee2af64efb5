#include "k8s/codec/object_drafts.hpp"
#include "k8s/codec/selector_shape.hpp"

namespace berth::k8s {

namespace {

constexpr json_field metadata_fields[] = {
    field<&disruption_budget_draft::object, &disruption_budget::key, &object_key::name>("name"),
    field<&disruption_budget_draft::object, &disruption_budget::key, &object_key::namespace_>("namespace"),
    field<&disruption_budget_draft::object, &disruption_budget::uid>("uid"),
    field<&disruption_budget_draft::object, &disruption_budget::resource_version>("resourceVersion"),
};
constexpr json_shape metadata_shape = object_shape(metadata_fields);
constexpr json_field spec_fields[] = {
    field<&disruption_budget_draft::object, &disruption_budget::selector>("selector", label_selector_shape),
};
constexpr json_shape spec_shape = object_shape(spec_fields);
constexpr json_field status_fields[] = {
    field<&disruption_budget_draft::object, &disruption_budget::disruptions_allowed>("disruptionsAllowed"),
    field<&disruption_budget_draft::object, &disruption_budget::disrupted_pods>("disruptedPods"),
};
constexpr json_shape status_shape = object_shape(status_fields);
constexpr json_field budget_fields[] = {
    field<&disruption_budget_draft::kind>("kind"),
    inside("metadata", metadata_shape),
    inside("spec", spec_shape),
    inside("status", status_shape),
};

}  // namespace

constexpr json_shape disruption_budget_shape = object_shape(budget_fields);

}  // namespace berth::k8s
