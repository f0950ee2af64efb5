#pragma once

#include "k8s/api/selector.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Why a selector does not parse, in upstream's words: every fault with the path of its field, several as "[a, b]", ""
/// where it parses. `path` is of the selector itself and may be empty.
///
/// An API server admits selectors that a scheduler cannot parse (the value of a Gt that is no integer, values that are
/// no labels), so their owners meet these texts in events. Pure.
namespace berth::k8s {

/// Terms with weight 0 or without requirements are not looked at. Upstream: nodeaffinity.NewPreferredSchedulingTerms.
std::string parse_fault(const std::vector<preferred_node_term>& terms, std::string_view path = "");
/// Terms without requirements are not looked at. Upstream: nodeaffinity.NewNodeSelector.
std::string parse_fault(const node_selector& selector, std::string_view path = "");
/// Of the first requirement that does not parse. Upstream: metav1.LabelSelectorAsSelector, which knows no path.
std::string parse_fault(const label_selector& selector, std::string_view path = "");

/// Why this is no key of a label, "" where it is one. Upstream: content.IsLabelKey.
std::string label_key_fault(std::string_view key);
/// Why this is no value of a label, "" where it is one. Upstream: validation.IsValidLabelValue.
std::string label_value_fault(std::string_view value);

/// Several of these texts as one. Upstream: utilerrors.Aggregate, flattened.
std::string joined_faults(std::vector<std::string> faults);

}  // namespace berth::k8s
