#pragma once

#include "k8s/api/metadata.hpp"

#include <optional>
#include <string>
#include <vector>

/// Label selectors and node selectors, as data and as predicates.
///
/// Upstream: apimachinery/pkg/labels, component-helpers/scheduling/corev1/nodeaffinity. A selector that does not parse
/// (an operator that is unknown, a Gt without a number) matches nothing here and says so by `valid()`; why, in
/// upstream's words, says selector_faults.hpp.
namespace berth::k8s {

enum class selector_operator { in, not_in, exists, does_not_exist, gt, lt, unknown };

struct selector_requirement {
  std::string key;
  selector_operator op = selector_operator::in;
  std::vector<std::string> values;    ///< as written: a Gt with the same value twice has two
  std::string unknown_operator = {};  ///< the word, where `op` is unknown

  bool operator==(const selector_requirement&) const = default;

  /// Against the labels of an object; a missing key satisfies not_in and does_not_exist. Needs no valid(): an operator
  /// without the values it wants matches nothing.
  bool matches(const string_map& labels) const noexcept;
  /// Also that key and values are what labels may be. Upstream: labels.NewRequirement.
  bool valid() const noexcept;
};

/// As it is written: "In", "NotIn", ...
std::string_view operator_text(const selector_requirement& r) noexcept;

/// metav1.LabelSelector. An empty one matches everything; an absent one (std::optional) matches nothing.
struct label_selector {
  string_map match_labels;
  std::vector<selector_requirement> match_expressions;

  bool operator==(const label_selector&) const = default;
  bool empty() const noexcept { return match_labels.empty() && match_expressions.empty(); }
  bool matches(const string_map& labels) const noexcept;
  bool valid() const noexcept;
};

/// v1.NodeSelectorTerm: all of its requirements; a term with none matches no node.
struct node_selector_term {
  std::vector<selector_requirement> match_expressions;  ///< over labels
  std::vector<selector_requirement> match_fields;       ///< over metadata.name only

  bool operator==(const node_selector_term&) const = default;
  bool empty() const noexcept { return match_expressions.empty() && match_fields.empty(); }
  bool matches(const string_map& node_labels, std::string_view node_name) const noexcept;
  bool valid() const noexcept;
};

/// v1.NodeSelector: any of its terms.
struct node_selector {
  std::vector<node_selector_term> terms;

  bool operator==(const node_selector&) const = default;
  bool matches(const string_map& node_labels, std::string_view node_name) const noexcept;
};

struct preferred_node_term {
  std::int32_t weight = 0;
  node_selector_term preference;

  bool operator==(const preferred_node_term&) const = default;
};

/// v1.NodeAffinity.
struct node_affinity {
  std::optional<node_selector> required;
  std::vector<preferred_node_term> preferred;

  bool operator==(const node_affinity&) const = default;
};

}  // namespace berth::k8s
