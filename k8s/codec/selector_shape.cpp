#include "k8s/codec/selector_shape.hpp"

namespace berth::k8s {

namespace {

using op = selector_operator;

constexpr json_words<op, 4> label_operators{
    op::unknown,
    {{{"In", op::in}, {"NotIn", op::not_in}, {"Exists", op::exists}, {"DoesNotExist", op::does_not_exist}}}};
constexpr json_words<op, 6> node_operators{op::unknown,
                                           {{{"In", op::in},
                                             {"NotIn", op::not_in},
                                             {"Exists", op::exists},
                                             {"DoesNotExist", op::does_not_exist},
                                             {"Gt", op::gt},
                                             {"Lt", op::lt}}}};

// Remembers the word where it is unknown: for the message.
template <const auto& Words>
constexpr json_shape operator_shape{.expected = "a string", .set = [](void* place, const json_scalar& value) {
                                      auto& requirement = *static_cast<selector_requirement*>(place);
                                      std::string wrong = json_word_shape<Words>.set(&requirement.op, value);
                                      if (wrong.empty() && requirement.op == op::unknown)
                                        wrong = set_text(&requirement.unknown_operator, value);
                                      return wrong;
                                    }};

void unknown_operator(void* place) {
  auto& requirement = *static_cast<selector_requirement*>(place);
  requirement.op = op::unknown;
}

constexpr json_field label_requirement_fields[] = {
    field<&selector_requirement::key>("key"),
    inside("operator", operator_shape<label_operators>),
    field<&selector_requirement::values>("values"),
};
constexpr json_field node_requirement_fields[] = {
    field<&selector_requirement::key>("key"),
    inside("operator", operator_shape<node_operators>),
    field<&selector_requirement::values>("values"),
};

// Absent, the operator is no valid one; the struct's own default is `in`.
constexpr json_shape requirement_shape(std::span<const json_field> fields) {
  json_shape shape = object_shape(fields);
  shape.opened = unknown_operator;
  return shape;
}
constexpr json_shape label_requirement_shape = requirement_shape(label_requirement_fields);
constexpr json_shape node_requirement_shape = requirement_shape(node_requirement_fields);

constexpr json_shape label_requirements = json_list_shape<selector_requirement, label_requirement_shape>;
constexpr json_shape node_requirements = json_list_shape<selector_requirement, node_requirement_shape>;

constexpr json_field label_selector_fields[] = {
    field<&label_selector::match_labels>("matchLabels"),
    field<&label_selector::match_expressions>("matchExpressions", label_requirements),
};

constexpr json_field term_fields[] = {
    field<&node_selector_term::match_expressions>("matchExpressions", node_requirements),
    field<&node_selector_term::match_fields>("matchFields", node_requirements),
};
constexpr json_shape term_shape = object_shape(term_fields);
constexpr json_field required_fields[] = {
    field<&node_selector::terms>("nodeSelectorTerms", json_list_shape<node_selector_term, term_shape>),
};
constexpr json_shape required_shape = object_shape(required_fields);
constexpr json_field preferred_fields[] = {
    field<&preferred_node_term::weight>("weight"),
    field<&preferred_node_term::preference>("preference", term_shape),
};
constexpr json_shape preferred_shape = object_shape(preferred_fields);
constexpr json_field node_affinity_fields[] = {
    field<&node_affinity::required>("requiredDuringSchedulingIgnoredDuringExecution", required_shape),
    field<&node_affinity::preferred>("preferredDuringSchedulingIgnoredDuringExecution",
                                     json_list_shape<preferred_node_term, preferred_shape>),
};

}  // namespace

constexpr json_shape label_selector_shape = object_shape(label_selector_fields);
constexpr json_shape node_selector_shape = object_shape(required_fields);
constexpr json_shape node_affinity_shape = object_shape(node_affinity_fields);

}  // namespace berth::k8s
