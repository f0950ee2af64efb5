#include "k8s/codec/object_drafts.hpp"

namespace berth::k8s {

namespace {

// Namespace

constexpr json_field namespace_metadata_fields[] = {
    field<&namespace_draft::object, &namespace_object::name>("name"),
    field<&namespace_draft::object, &namespace_object::uid>("uid"),
    field<&namespace_draft::object, &namespace_object::resource_version>("resourceVersion"),
    field<&namespace_draft::object, &namespace_object::labels>("labels"),
};
constexpr json_shape namespace_metadata_shape = object_shape(namespace_metadata_fields);
constexpr json_field namespace_fields[] = {
    field<&namespace_draft::kind>("kind"),
    inside("metadata", namespace_metadata_shape),
};

// Lease

constexpr json_field lease_metadata_fields[] = {
    field<&lease_draft::object, &lease::key, &object_key::name>("name"),
    field<&lease_draft::object, &lease::key, &object_key::namespace_>("namespace"),
    field<&lease_draft::object, &lease::uid>("uid"),
    field<&lease_draft::object, &lease::resource_version>("resourceVersion"),
    field<&lease_draft::object, &lease::labels>("labels"),
    field<&lease_draft::object, &lease::annotations>("annotations"),
};
constexpr json_shape lease_metadata_shape = object_shape(lease_metadata_fields);
constexpr json_field lease_spec_fields[] = {
    field<&lease_draft::object, &lease::holder_identity>("holderIdentity"),
    field<&lease_draft::object, &lease::duration_seconds>("leaseDurationSeconds"),
    field<&lease_draft::object, &lease::acquired>("acquireTime"),
    field<&lease_draft::object, &lease::renewed>("renewTime"),
    field<&lease_draft::object, &lease::transitions>("leaseTransitions"),
    field<&lease_draft::object, &lease::strategy>("strategy"),
    field<&lease_draft::object, &lease::preferred_holder>("preferredHolder"),
};
constexpr json_shape lease_spec_shape = object_shape(lease_spec_fields);
constexpr json_field lease_fields[] = {
    field<&lease_draft::kind>("kind"),
    inside("metadata", lease_metadata_shape),
    inside("spec", lease_spec_shape),
};

// Status

constexpr json_field cause_fields[] = {
    field<&status_cause_draft::reason>("reason"),
    field<&status_cause_draft::field>("field"),
    field<&status_cause_draft::message>("message"),
};
constexpr json_shape cause_shape = object_shape(cause_fields);
constexpr json_field details_fields[] = {
    field<&status_draft::object, &api_status::retry_after_seconds>("retryAfterSeconds"),
    field<&status_draft::causes>("causes", json_list_shape<status_cause_draft, cause_shape>),
};
constexpr json_shape details_shape = object_shape(details_fields);
constexpr json_field status_fields[] = {
    field<&status_draft::kind>("kind"),
    field<&status_draft::object, &api_status::code>("code"),
    field<&status_draft::object, &api_status::reason>("reason"),
    field<&status_draft::object, &api_status::message>("message"),
    inside("details", details_shape),
};

// List

constexpr json_field list_metadata_fields[] = {
    field<&list_draft::head, &list_head::resource_version>("resourceVersion"),
    field<&list_draft::head, &list_head::continue_token>("continue"),
};
constexpr json_shape list_metadata_shape = object_shape(list_metadata_fields);
constexpr json_field list_details_fields[] = {
    field<&list_draft::status, &status_draft::object, &api_status::retry_after_seconds>("retryAfterSeconds"),
    field<&list_draft::status, &status_draft::causes>("causes", json_list_shape<status_cause_draft, cause_shape>),
};
constexpr json_shape list_details_shape = object_shape(list_details_fields);
constexpr json_field list_fields[] = {
    field<&list_draft::head, &list_head::kind>("kind"),
    inside("metadata", list_metadata_shape),
    field<&list_draft::items>("items"),
    field<&list_draft::status, &status_draft::object, &api_status::code>("code"),
    field<&list_draft::status, &status_draft::object, &api_status::reason>("reason"),
    field<&list_draft::status, &status_draft::object, &api_status::message>("message"),
    inside("details", list_details_shape),
};

// Any object

constexpr json_field identity_metadata_fields[] = {
    field<&identity_draft::key, &object_key::name>("name"),
    field<&identity_draft::key, &object_key::namespace_>("namespace"),
    field<&identity_draft::resource_version>("resourceVersion"),
    field<&identity_draft::annotations>("annotations"),
};
constexpr json_shape identity_metadata_shape = object_shape(identity_metadata_fields);
constexpr json_field identity_fields[] = {
    field<&identity_draft::kind>("kind"),
    field<&identity_draft::api_version>("apiVersion"),
    inside("metadata", identity_metadata_shape),
};

}  // namespace

constexpr json_shape namespace_shape = object_shape(namespace_fields);
constexpr json_shape lease_shape = object_shape(lease_fields);
constexpr json_shape status_shape = object_shape(status_fields);
constexpr json_shape list_shape = object_shape(list_fields);
constexpr json_shape identity_shape = object_shape(identity_fields);

namespace_object finished(namespace_draft&& draft) {
  if (!draft.object.name.empty()) draft.object.labels.set("kubernetes.io/metadata.name", draft.object.name);
  return std::move(draft.object);
}

api_status finished(status_draft&& draft) {
  for (const status_cause_draft& c : draft.causes) {
    std::string text;
    for (const std::string* part : {&c.reason, &c.field, &c.message}) {
      if (!part->empty()) text += (text.empty() ? "" : ": ") + *part;
    }
    draft.object.causes.push_back(std::move(text));
  }
  return std::move(draft.object);
}

}  // namespace berth::k8s
