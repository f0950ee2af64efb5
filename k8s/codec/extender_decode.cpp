#include "k8s/api/extender.hpp"
#include "k8s/codec/json_shape.hpp"

#include <fmt/format.h>

namespace berth::k8s {

namespace {

constexpr std::size_t most = max_extender_elements;

// Whole objects

constexpr json_field metadata_fields[] = {
    field<&object_text::key, &object_key::name>("name"),
    field<&object_text::key, &object_key::namespace_>("namespace"),
    field<&object_text::uid>("uid"),
};
constexpr json_shape metadata_shape = in_any_case(object_shape(metadata_fields));
constexpr json_field object_fields[] = {inside("metadata", metadata_shape)};
constexpr json_shape object_text_shape{
    .kind = json_shape::type::object,
    .expected = "an object",
    .fields = object_fields,
    .any_case = true,
    .keep = [](void* place, std::string_view text) { static_cast<object_text*>(place)->json = text; },
};

template <class T, const json_shape& Shape>
constexpr json_shape capped_list_shape = at_most(most, json_list_shape<T, Shape>);

constexpr json_shape objects_shape = capped_list_shape<object_text, object_text_shape>;
constexpr json_shape names_shape = capped_list_shape<std::string, json_shape_of<std::string>>;
constexpr json_shape reasons_shape = at_most(most, json_shape_of<string_map>);
// A v1.NodeList.
constexpr json_field node_list_fields[] = {inside("items", objects_shape)};
constexpr json_shape node_list_shape = in_any_case(object_shape(node_list_fields));

// Filter and prioritize

constexpr json_field args_fields[] = {
    field<&extender_args::pod>("Pod", object_text_shape),
    field<&extender_args::nodes>("Nodes", node_list_shape),
    field<&extender_args::node_names>("NodeNames", names_shape),
};
constexpr json_shape args_shape = in_any_case(object_shape(args_fields));

constexpr json_field filtered_fields[] = {
    field<&extender_filter_result::nodes>("Nodes", node_list_shape),
    field<&extender_filter_result::node_names>("NodeNames", names_shape),
    field<&extender_filter_result::failed>("FailedNodes", reasons_shape),
    field<&extender_filter_result::failed_and_unresolvable>("FailedAndUnresolvableNodes", reasons_shape),
    field<&extender_filter_result::error>("Error"),
};
constexpr json_shape filtered_shape = in_any_case(object_shape(filtered_fields));

constexpr json_field priority_fields[] = {
    field<&host_priority::host>("Host"),
    field<&host_priority::score>("Score"),
};
constexpr json_shape priority_shape = in_any_case(object_shape(priority_fields));
constexpr json_shape priorities_shape = capped_list_shape<host_priority, priority_shape>;

// Preemption

constexpr json_field victims_fields[] = {
    field<&extender_victims::pods>("Pods", objects_shape),
    field<&extender_victims::pdb_violations>("NumPDBViolations"),
};
constexpr json_shape victims_shape = in_any_case(object_shape(victims_fields));
constexpr json_field meta_pod_fields[] = {inside("UID", json_shape_of<std::string>)};
constexpr json_shape meta_pod_shape = in_any_case(object_shape(meta_pod_fields));
constexpr json_shape meta_pods_shape = capped_list_shape<std::string, meta_pod_shape>;
constexpr json_field meta_victims_fields[] = {
    field<&extender_meta_victims::uids>("Pods", meta_pods_shape),
    field<&extender_meta_victims::pdb_violations>("NumPDBViolations"),
};
constexpr json_shape meta_victims_shape = in_any_case(object_shape(meta_victims_fields));

using victims_map = decltype(extender_preemption_args::victims)::value_type;
constexpr json_shape victims_map_shape = at_most(most, json_name_map_shape<victims_map, victims_shape>);
constexpr json_shape meta_map_shape = at_most(most, json_name_map_shape<extender_meta_victims_map, meta_victims_shape>);

constexpr json_field preemption_args_fields[] = {
    field<&extender_preemption_args::pod>("Pod", object_text_shape),
    field<&extender_preemption_args::victims>("NodeNameToVictims", victims_map_shape),
    field<&extender_preemption_args::meta_victims>("NodeNameToMetaVictims", meta_map_shape),
};
constexpr json_shape preemption_args_shape = in_any_case(object_shape(preemption_args_fields));
constexpr json_field preempted_fields[] = {
    field<&extender_preemption_result::meta_victims>("NodeNameToMetaVictims", meta_map_shape),
};
constexpr json_shape preempted_shape = in_any_case(object_shape(preempted_fields));

// Binding

constexpr json_field binding_args_fields[] = {
    field<&extender_binding_args::pod, &object_key::name>("PodName"),
    field<&extender_binding_args::pod, &object_key::namespace_>("PodNamespace"),
    field<&extender_binding_args::uid>("PodUID"),
    field<&extender_binding_args::node>("Node"),
};
constexpr json_shape binding_args_shape = in_any_case(object_shape(binding_args_fields));
constexpr json_field bound_fields[] = {field<&extender_binding_result::error>("Error")};
constexpr json_shape bound_shape = in_any_case(object_shape(bound_fields));

template <class T>
result<T> decode(std::string_view json, const json_shape& shape, const char* name) {
  T into;
  if (const auto fault = decode_json(json, shape, &into, json_rest::ignored)) {
    return error{fault->code, fmt::format("{}: {}", name, fault->text())};
  }
  return into;
}

}  // namespace

result<extender_args> decode_extender_args(std::string_view json) {
  return decode<extender_args>(json, args_shape, "ExtenderArgs");
}

result<extender_filter_result> decode_extender_filter_result(std::string_view json) {
  return decode<extender_filter_result>(json, filtered_shape, "ExtenderFilterResult");
}

result<std::vector<host_priority>> decode_host_priorities(std::string_view json) {
  return decode<std::vector<host_priority>>(json, priorities_shape, "HostPriorityList");
}

result<extender_preemption_args> decode_extender_preemption_args(std::string_view json) {
  return decode<extender_preemption_args>(json, preemption_args_shape, "ExtenderPreemptionArgs");
}

result<extender_preemption_result> decode_extender_preemption_result(std::string_view json) {
  return decode<extender_preemption_result>(json, preempted_shape, "ExtenderPreemptionResult");
}

result<extender_binding_args> decode_extender_binding_args(std::string_view json) {
  return decode<extender_binding_args>(json, binding_args_shape, "ExtenderBindingArgs");
}

result<extender_binding_result> decode_extender_binding_result(std::string_view json) {
  return decode<extender_binding_result>(json, bound_shape, "ExtenderBindingResult");
}

}  // namespace berth::k8s
