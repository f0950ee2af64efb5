#include "k8s/codec/object_drafts.hpp"

namespace berth::k8s {

namespace {

// A taint without an effect, or with one that is unknown, repels nothing but is counted as what it is.
constexpr json_words<taint_effect, 3> effects{taint_effect::unknown,
                                              {{{"NoSchedule", taint_effect::no_schedule},
                                                {"PreferNoSchedule", taint_effect::prefer_no_schedule},
                                                {"NoExecute", taint_effect::no_execute}}}};
constexpr json_field taint_fields[] = {
    field<&taint::key>("key"),
    field<&taint::value>("value"),
    field<&taint::effect>("effect", json_word_shape<effects>),
};
constexpr json_shape taint_shape = [] {
  json_shape shape = object_shape(taint_fields);
  shape.opened = [](void* place) { static_cast<taint*>(place)->effect = taint_effect::unknown; };
  return shape;
}();

constexpr json_field image_fields[] = {
    field<&container_image::names>("names"),
    field<&container_image::size_bytes>("sizeBytes"),
};
constexpr json_shape image_shape = object_shape(image_fields);

constexpr json_field metadata_fields[] = {
    field<&node_draft::object, &node::name>("name"),
    field<&node_draft::object, &node::uid>("uid"),
    field<&node_draft::object, &node::resource_version>("resourceVersion"),
    field<&node_draft::object, &node::labels>("labels"),
    field<&node_draft::object, &node::annotations>("annotations"),
};
constexpr json_shape metadata_shape = object_shape(metadata_fields);
constexpr json_field spec_fields[] = {
    field<&node_draft::object, &node::unschedulable>("unschedulable"),
    field<&node_draft::object, &node::taints>("taints", json_list_shape<taint, taint_shape>),
};
constexpr json_shape spec_shape = object_shape(spec_fields);
constexpr json_field status_fields[] = {
    field<&node_draft::capacity>("capacity"),
    field<&node_draft::allocatable>("allocatable"),
    field<&node_draft::images>("images", json_list_shape<container_image, image_shape>),
    field<&node_draft::declared_features>("declaredFeatures"),
};
constexpr json_shape node_status_shape = object_shape(status_fields);

constexpr json_field node_fields[] = {
    field<&node_draft::kind>("kind"),
    inside("metadata", metadata_shape),
    inside("spec", spec_shape),
    inside("status", node_status_shape),
};

}  // namespace

constexpr json_shape node_shape = object_shape(node_fields);

node finished(node_draft&& draft) {
  std::optional<resource_list>& amounts = draft.allocatable ? draft.allocatable : draft.capacity;
  if (amounts) draft.object.allocatable = std::move(*amounts);
  draft.object.images.reserve(draft.images.size());
  for (container_image& i : draft.images) draft.object.images.push_back(std::move(i));
  draft.object.declared_features = declared_among(draft.declared_features);
  return std::move(draft.object);
}

}  // namespace berth::k8s
