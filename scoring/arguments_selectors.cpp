#include "scoring/arguments.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include <fmt/format.h>

/// The selectors among a plugin's arguments. What labels.NewRequirement and nodeaffinity.NewNodeSelector refuse is
/// refused.
namespace berth::scoring {

namespace {

using op = k8s::selector_operator;

op operator_of(std::string_view word) {
  if (word == "In") return op::in;
  if (word == "NotIn") return op::not_in;
  if (word == "Exists") return op::exists;
  if (word == "DoesNotExist") return op::does_not_exist;
  if (word == "Gt") return op::gt;
  if (word == "Lt") return op::lt;
  return op::unknown;
}

bool is_integer(std::string_view text) {
  std::int64_t ignored = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ignored);
  return error == std::errc{} && end == text.data() + text.size();
}

struct dialect {
  std::initializer_list<std::string_view> operators;
  bool fields;  ///< over fields of the node, not labels: one value each
};
const dialect over_objects{{"In", "NotIn", "Exists", "DoesNotExist"}, false};
const dialect over_nodes{{"In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"}, false};
const dialect over_fields{{"In", "NotIn"}, true};

k8s::selector_requirement requirement(arguments& a, const dialect& d) {
  k8s::selector_requirement r;
  r.key = a.text_or("key", "");
  if (!d.fields && !is_qualified_name(r.key)) a.fail("key", fmt::format("\"{}\" is not a label key", r.key));
  if (d.fields && r.key != "metadata.name") a.fail("key", "only metadata.name can be selected by");
  if (!a.has("operator")) a.fail("operator", "is required");
  r.op = operator_of(a.choice_or("operator", "", d.operators));
  r.values = a.texts("values").value_or(std::vector<std::string>{});
  if (d.fields && r.values.size() != 1) a.fail("values", "must have one element");
  if ((r.op == op::in || r.op == op::not_in) && r.values.empty())
    a.fail("values", "must not be empty for In and NotIn");
  if ((r.op == op::exists || r.op == op::does_not_exist) && !r.values.empty())
    a.fail("values", "must be empty for Exists and DoesNotExist");
  if ((r.op == op::gt || r.op == op::lt) && (r.values.size() != 1 || !is_integer(r.values[0])))
    a.fail("values", "must be one integer for Gt and Lt");
  if (!d.fields && !r.valid()) a.fail("values", "must be label values");
  std::sort(r.values.begin(), r.values.end());
  r.values.erase(std::unique(r.values.begin(), r.values.end()), r.values.end());
  a.finish();
  return r;
}

std::vector<k8s::selector_requirement> requirements(arguments& a, std::string_view field, const dialect& d) {
  std::vector<k8s::selector_requirement> out;
  for (arguments& one : a.list(field)) out.push_back(requirement(one, d));
  return out;
}

k8s::node_selector_term term(arguments& a) {
  k8s::node_selector_term t;
  t.match_expressions = requirements(a, "matchExpressions", over_nodes);
  t.match_fields = requirements(a, "matchFields", over_fields);
  a.finish();
  return t;
}

}  // namespace

std::optional<k8s::label_selector> arguments::label_selector(std::string_view field) {
  std::optional<arguments> a = map(field);
  if (!a) return std::nullopt;
  k8s::label_selector s;
  s.match_labels = a->string_map("matchLabels").value_or(k8s::string_map{});
  for (const auto& [key, value] : s.match_labels)
    if (!is_qualified_name(key)) a->fail("matchLabels", fmt::format("\"{}\" is not a label key", key));
  s.match_expressions = requirements(*a, "matchExpressions", over_objects);
  a->finish();
  return s;
}

std::optional<k8s::node_affinity> arguments::node_affinity(std::string_view field) {
  std::optional<arguments> a = map(field);
  if (!a) return std::nullopt;
  k8s::node_affinity out;
  if (std::optional<arguments> required = a->map("requiredDuringSchedulingIgnoredDuringExecution")) {
    out.required.emplace();
    for (arguments& one : required->list("nodeSelectorTerms")) out.required->terms.push_back(term(one));
    required->finish();
  }
  for (arguments& one : a->list("preferredDuringSchedulingIgnoredDuringExecution")) {
    k8s::preferred_node_term preferred;
    preferred.weight = static_cast<std::int32_t>(one.integer_or("weight", 0, std::numeric_limits<std::int32_t>::min(),
                                                                std::numeric_limits<std::int32_t>::max()));
    if (std::optional<arguments> preference = one.map("preference")) preferred.preference = term(*preference);
    one.finish();
    out.preferred.push_back(std::move(preferred));
  }
  a->finish();
  return out;
}

bool is_qualified_name(std::string_view name) noexcept {
  const auto alphanumeric = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  const std::size_t slash = name.find('/');
  if (slash != std::string_view::npos) {
    const std::string_view prefix = name.substr(0, slash);  // a DNS subdomain: lower-case labels, joined by dots
    if (prefix.empty() || prefix.size() > 253) return false;
    char before = '.';
    for (const char c : prefix) {
      const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      if (!plain && !(before != '.' && c == '-') && !(before != '.' && before != '-' && c == '.')) return false;
      before = c;
    }
    if (before == '.' || before == '-') return false;
    name.remove_prefix(slash + 1);
  }
  if (name.empty() || name.size() > 63 || !alphanumeric(name.front()) || !alphanumeric(name.back())) return false;
  return std::all_of(name.begin(), name.end(),
                     [&](char c) { return alphanumeric(c) || c == '-' || c == '_' || c == '.'; });
}

}  // namespace berth::scoring
