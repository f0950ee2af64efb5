#include "k8s/api/selector.hpp"

#include "k8s/api/label_syntax.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace berth::k8s {

namespace {

bool is_alphanumeric(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_name_part(std::string_view text) noexcept { return text.size() <= max_label_name && looks_like_name(text); }

bool is_dns_subdomain(std::string_view text) noexcept {
  return text.size() <= max_label_prefix && looks_like_subdomain(text);
}

bool is_label_key(std::string_view key) noexcept {
  const auto slash = key.find('/');
  if (slash == key.npos) return is_name_part(key);
  return is_dns_subdomain(key.substr(0, slash)) && is_name_part(key.substr(slash + 1));
}

bool is_label_value(std::string_view value) noexcept { return value.empty() || is_name_part(value); }

// The operator has the number and form of values it needs. What this refuses matches nothing.
bool well_formed(const selector_requirement& r) noexcept {
  switch (r.op) {
    case selector_operator::in:
    case selector_operator::not_in:
      return !r.values.empty();
    case selector_operator::exists:
    case selector_operator::does_not_exist:
      return r.values.empty();
    case selector_operator::gt:
    case selector_operator::lt:
      return r.values.size() == 1 && parse_integer(r.values.front());
    case selector_operator::unknown:
      return false;
  }
  return false;
}

bool has_value(const selector_requirement& r, const std::string& value) noexcept {
  constexpr std::size_t a_handful = 16;  // is looked through faster one by one
  if (r.values.size() > a_handful) return std::binary_search(r.values.begin(), r.values.end(), value);
  return std::find(r.values.begin(), r.values.end(), value) != r.values.end();
}

bool is_comparison(const selector_requirement& r) noexcept {
  return r.op == selector_operator::gt || r.op == selector_operator::lt;
}

// Node fields know In and NotIn with exactly one value, over metadata.name; other fields are empty on every node.
bool valid_field(const selector_requirement& r) noexcept {
  return (r.op == selector_operator::in || r.op == selector_operator::not_in) && r.values.size() == 1;
}

bool field_matches(const selector_requirement& r, std::string_view node_name) noexcept {
  const std::string_view actual = r.key == "metadata.name" ? node_name : std::string_view();
  return (r.values.front() == actual) == (r.op == selector_operator::in);
}

}  // namespace

bool looks_like_name(std::string_view text) noexcept {
  return !text.empty() && is_alphanumeric(text.front()) && is_alphanumeric(text.back()) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; });
}

bool looks_like_subdomain(std::string_view text) noexcept {
  const auto is_lower = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); };
  char before = '.';
  for (const char c : text) {
    if (c == '.' ? !is_lower(before) : !is_lower(c) && (c != '-' || before == '.')) return false;
    before = c;
  }
  return is_lower(before);
}

std::optional<std::int64_t> parse_integer(std::string_view text) noexcept {
  if (text.size() > 1 && text.front() == '+' && text[1] != '-') text.remove_prefix(1);
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string_view operator_text(const selector_requirement& r) noexcept {
  switch (r.op) {
    case selector_operator::in:
      return "In";
    case selector_operator::not_in:
      return "NotIn";
    case selector_operator::exists:
      return "Exists";
    case selector_operator::does_not_exist:
      return "DoesNotExist";
    case selector_operator::gt:
      return "Gt";
    case selector_operator::lt:
      return "Lt";
    case selector_operator::unknown:
      return r.unknown_operator;
  }
  return {};
}

bool selector_requirement::matches(const string_map& labels) const noexcept {
  if (!well_formed(*this)) return false;
  const std::string* actual = labels.find(key);
  switch (op) {
    case selector_operator::in:
      return actual != nullptr && has_value(*this, *actual);
    case selector_operator::not_in:
      return actual == nullptr || !has_value(*this, *actual);
    case selector_operator::exists:
      return actual != nullptr;
    case selector_operator::does_not_exist:
      return actual == nullptr;
    case selector_operator::gt:
    case selector_operator::lt: {
      const auto left = actual != nullptr ? parse_integer(*actual) : std::nullopt;
      const auto right = parse_integer(values.front());
      if (!left) return false;
      return op == selector_operator::gt ? *left > *right : *left < *right;
    }
    case selector_operator::unknown:
      return false;
  }
  return false;
}

bool selector_requirement::valid() const noexcept {
  return well_formed(*this) && is_label_key(key) && std::all_of(values.begin(), values.end(), is_label_value);
}

bool label_selector::matches(const string_map& labels) const noexcept {
  for (const auto& [key, wanted] : match_labels) {
    const std::string* actual = labels.find(key);
    if (actual == nullptr || *actual != wanted) return false;
  }
  return std::all_of(match_expressions.begin(), match_expressions.end(),
                     [&](const selector_requirement& r) { return !is_comparison(r) && r.matches(labels); });
}

bool label_selector::valid() const noexcept {
  return std::all_of(match_labels.begin(), match_labels.end(),
                     [](const auto& e) { return is_label_key(e.first) && is_label_value(e.second); }) &&
         std::all_of(match_expressions.begin(), match_expressions.end(),
                     [](const selector_requirement& r) { return !is_comparison(r) && r.valid(); });
}

bool node_selector_term::matches(const string_map& node_labels, std::string_view node_name) const noexcept {
  if (empty()) return false;
  return std::all_of(match_expressions.begin(), match_expressions.end(),
                     [&](const selector_requirement& r) { return r.matches(node_labels); }) &&
         std::all_of(match_fields.begin(), match_fields.end(), [&](const selector_requirement& r) {
           // Who has no name has no fields, and is not asked for them.
           return valid_field(r) && (node_name.empty() || field_matches(r, node_name));
         });
}

bool node_selector_term::valid() const noexcept {
  return std::all_of(match_expressions.begin(), match_expressions.end(),
                     [](const selector_requirement& r) { return r.valid(); }) &&
         std::all_of(match_fields.begin(), match_fields.end(), valid_field);
}

bool node_selector::matches(const string_map& node_labels, std::string_view node_name) const noexcept {
  return std::any_of(terms.begin(), terms.end(),
                     [&](const node_selector_term& t) { return t.matches(node_labels, node_name); });
}

}  // namespace berth::k8s
