#include "scoring/explain/rule_shortfalls.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::scoring {

namespace {

constexpr std::size_t most_rules = 32;
constexpr std::size_t most_values = 5;

}  // namespace

std::string requirement_text(const k8s::selector_requirement& r) {
  const std::size_t shown = std::min(r.values.size(), most_values);
  std::string values =
      fmt::format("{}", fmt::join(r.values.begin(), r.values.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
  if (shown < r.values.size()) values += fmt::format(" and {} more", r.values.size() - shown);
  switch (r.op) {
    case k8s::selector_operator::in:
      return r.values.size() == 1 ? r.key + "=" + values : fmt::format("{} in ({})", r.key, values);
    case k8s::selector_operator::not_in:
      return r.values.size() == 1 ? r.key + "!=" + values : fmt::format("{} notin ({})", r.key, values);
    case k8s::selector_operator::exists:
      return r.key;
    case k8s::selector_operator::does_not_exist:
      return "!" + r.key;
    case k8s::selector_operator::gt:
      return fmt::format("{} > {}", r.key, values);
    case k8s::selector_operator::lt:
      return fmt::format("{} < {}", r.key, values);
    case k8s::selector_operator::unknown:
      break;
  }
  return r.key + " with an operator that is unknown";
}

bool unmet_rules::rule::obeyed_by(const k8s::node& node) const {
  if (!of_field) return wanted.matches(node.labels);
  return wanted.matches(k8s::string_map{{"metadata.name", node.name}});
}

std::string unmet_rules::rule::value_on(const k8s::node& node) const {
  if (of_field) return "";
  const std::string* there = node.labels.find(wanted.key);
  return there == nullptr ? "no " + wanted.key : wanted.key + "=" + *there;
}

unmet_rules::unmet_rules(const k8s::pod_spec& spec, const cluster& nodes) {
  for (const auto& [key, value] : spec.node_selector)
    add({key, k8s::selector_operator::in, {value}}, false, "nodeSelector", nodes);
  if (!spec.affinity || !spec.affinity->required) return;
  required_ = &*spec.affinity->required;
  if (required_->terms.size() != 1) return;
  const k8s::node_selector_term& term = required_->terms.front();
  one_term_ = !term.empty() && term.valid() && rules_.size() + term.match_expressions.size() <= most_rules;
  if (!one_term_) return;
  for (const k8s::selector_requirement& r : term.match_expressions) add(r, false, "nodeAffinity", nodes);
  for (const k8s::selector_requirement& r : term.match_fields) add(r, true, "nodeAffinity", nodes);
}

void unmet_rules::add(const k8s::selector_requirement& wanted, bool of_field, const char* where, const cluster& nodes) {
  if (rules_.size() == most_rules) return;
  rule r{wanted, of_field, ""};
  bool any = false;
  nodes.nodes().for_each([&](node_id n) { any = any || r.obeyed_by(nodes.node(n)); });
  r.text = fmt::format("{} wants {}{}", where, requirement_text(wanted), any ? "" : ", which no node has");
  rules_.push_back(std::move(r));
}

std::vector<shortfall> unmet_rules::on(const k8s::node& node) const {
  std::vector<shortfall> out;
  for (const rule& r : rules_)
    if (!r.obeyed_by(node)) out.push_back({r.text, r.value_on(node)});
  if (required_ != nullptr && !one_term_ && !required_->matches(node.labels, node.name))
    out.push_back({required_->terms.size() == 1
                       ? "its required nodeAffinity term matches no node"
                       : fmt::format("none of its {} required nodeAffinity terms matches", required_->terms.size())});
  return out;
}

}  // namespace berth::scoring
