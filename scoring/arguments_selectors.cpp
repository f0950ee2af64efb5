#include "k8s/api/selector_faults.hpp"
#include "scoring/arguments.hpp"

#include <algorithm>
#include <limits>

/// The selectors among a plugin's arguments. What labels.NewRequirement and nodeaffinity.NewNodeSelector refuse is
/// refused, in their words.
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

// What is wrong with it, the selector as a whole is asked for.
k8s::selector_requirement requirement(arguments& a) {
  k8s::selector_requirement r;
  r.key = a.text_or("key", "");
  std::string word = a.text_or("operator", "");
  r.op = operator_of(word);
  if (r.op == op::unknown) r.unknown_operator = std::move(word);
  r.values = a.texts("values").value_or(std::vector<std::string>{});
  a.finish();
  return r;
}

std::vector<k8s::selector_requirement> requirements(arguments& a, std::string_view field) {
  std::vector<k8s::selector_requirement> out;
  for (arguments& one : a.list(field)) out.push_back(requirement(one));
  return out;
}

k8s::node_selector_term term(arguments& a) {
  k8s::node_selector_term t;
  t.match_expressions = requirements(a, "matchExpressions");
  t.match_fields = requirements(a, "matchFields");
  a.finish();
  return t;
}

}  // namespace

std::optional<k8s::label_selector> arguments::label_selector(std::string_view field) {
  std::optional<arguments> a = map(field);
  if (!a) return std::nullopt;
  k8s::label_selector s;
  s.match_labels = a->string_map("matchLabels").value_or(k8s::string_map{});
  s.match_expressions = requirements(*a, "matchExpressions");
  a->finish();
  if (const std::string fault = k8s::parse_fault(s, a->path()); !fault.empty()) throw configuration_error(fault);
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
  std::vector<std::string> faults;
  const auto add = [&](std::string fault) {
    if (!fault.empty()) faults.push_back(std::move(fault));
  };
  if (out.required) add(k8s::parse_fault(*out.required, a->path_of("requiredDuringSchedulingIgnoredDuringExecution")));
  add(k8s::parse_fault(out.preferred, a->path_of("preferredDuringSchedulingIgnoredDuringExecution")));
  if (!faults.empty()) throw configuration_error(k8s::joined_faults(std::move(faults)));
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
