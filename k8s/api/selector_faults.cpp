#include "k8s/api/selector_faults.hpp"

#include "k8s/api/label_syntax.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::k8s {

namespace {

using faults = std::vector<std::string>;

constexpr auto bad_value =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
constexpr auto bad_name =
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
    "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
constexpr auto bad_prefix =
    "prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and "
    "must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

void add(std::string& list, std::string_view what) {
  if (!list.empty()) list += "; ";
  list += what;
}

}  // namespace

std::string label_key_fault(std::string_view key) {
  std::string why;
  std::string_view name = key;
  if (const auto slash = key.find('/'); slash != key.npos) {
    const std::string_view prefix = key.substr(0, slash);
    name = key.substr(slash + 1);
    if (name.find('/') != name.npos)
      return fmt::format(
          "a valid label key {} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')", bad_name);
    if (prefix.empty()) {
      add(why, "prefix part must be non-empty");
    } else {
      if (prefix.size() > max_label_prefix) add(why, "prefix part must be no more than 253 bytes");
      if (!looks_like_subdomain(prefix)) add(why, bad_prefix);
    }
  }
  if (name.empty())
    add(why, "name part must be non-empty");
  else if (name.size() > max_label_name)
    add(why, "name part must be no more than 63 bytes");
  if (!looks_like_name(name)) add(why, std::string("name part ") + bad_name);
  return why;
}

namespace {

// As Go's %q: texts here are UTF-8.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
      case '\\':
        (out += '\\') += c;
        break;
      case '\a':
        out += "\\a";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\v':
        out += "\\v";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
          out += fmt::format("\\x{:02x}", static_cast<unsigned>(c));
        else
          out += c;
    }
  }
  return out + "\"";
}

// As Go's json.Marshal of a list of strings.
std::string as_json(const std::vector<std::string>& values) {
  if (values.empty()) return "null";
  std::string out = "[";
  for (const std::string& value : values) {
    out += out.size() > 1 ? ",\"" : "\"";
    for (const char c : value) {
      if (c == '"' || c == '\\')
        (out += '\\') += c;
      else if (c == '\n')
        out += "\\n";
      else if (c == '\r')
        out += "\\r";
      else if (c == '\t')
        out += "\\t";
      else if (static_cast<unsigned char>(c) < 0x20 || c == '<' || c == '>' || c == '&')
        out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
      else
        out += c;
    }
    out += '"';
  }
  return out + "]";
}

std::string below(std::string_view path, std::string_view child) {
  return path.empty() ? std::string(child) : fmt::format("{}.{}", path, child);
}

std::string invalid(const std::string& path, const std::string& value, std::string_view why) {
  return fmt::format("{}: Invalid value: {}: {}", path, value, why);
}

std::string unsupported(const std::string& path, const selector_requirement& r, std::string_view supported) {
  return fmt::format("{}: Unsupported value: {}: supported values: {}", path, quoted(operator_text(r)), supported);
}

void drop_repeated(faults& all) {
  faults once;
  for (std::string& one : all)
    if (std::find(once.begin(), once.end(), one) == once.end()) once.push_back(std::move(one));
  all = std::move(once);
}

// Of one requirement over labels whose operator is known. Upstream: labels.NewRequirement.
faults of_requirement(const selector_requirement& r, std::string_view path) {
  faults out;
  if (const std::string why = label_key_fault(r.key); !why.empty())
    out.push_back(invalid(below(path, "key"), quoted(r.key), why));
  const std::string values = below(path, "values");
  const auto whole = [&](std::string_view why) { out.push_back(invalid(values, as_json(r.values), why)); };
  switch (r.op) {
    case selector_operator::in:
    case selector_operator::not_in:
      if (r.values.empty()) whole("for 'in', 'notin' operators, values set can't be empty");
      break;
    case selector_operator::exists:
    case selector_operator::does_not_exist:
      if (!r.values.empty()) whole("values set must be empty for exists and does not exist");
      break;
    case selector_operator::gt:
    case selector_operator::lt:
      if (r.values.size() != 1) whole("for 'Gt', 'Lt' operators, exactly one value is required");
      for (std::size_t i = 0; i < r.values.size(); ++i)
        if (!is_integer(r.values[i]))
          out.push_back(invalid(fmt::format("{}[{}]", values, i), quoted(r.values[i]),
                                "for 'Gt', 'Lt' operators, the value must be an integer"));
      break;
    case selector_operator::unknown:
      break;
  }
  for (std::size_t i = 0; i < r.values.size(); ++i)
    if (const std::string why = label_value_fault(r.values[i]); !why.empty())
      out.push_back(invalid(fmt::format("{}[{}][{}]", values, i, r.key), quoted(r.values[i]), why));
  drop_repeated(out);
  return out;
}

void add_term(faults& all, const node_selector_term& term, const std::string& path) {
  for (std::size_t i = 0; i < term.match_expressions.size(); ++i) {
    const selector_requirement& r = term.match_expressions[i];
    const std::string here = fmt::format("{}.matchExpressions[{}]", path, i);
    if (r.op == selector_operator::unknown) {
      all.push_back(unsupported(here + ".operator", r, R"("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt")"));
      continue;
    }
    for (std::string& one : of_requirement(r, here)) all.push_back(std::move(one));
  }
  for (std::size_t i = 0; i < term.match_fields.size(); ++i) {
    const selector_requirement& r = term.match_fields[i];
    const std::string here = fmt::format("{}.matchFields[{}]", path, i);
    if (r.op != selector_operator::in && r.op != selector_operator::not_in)
      all.push_back(unsupported(here + ".operator", r, R"("In", "NotIn")"));
    else if (r.values.size() != 1)
      all.push_back(invalid(here + ".values", as_json(r.values), "must have one element"));
  }
}

}  // namespace

std::string parse_fault(const std::vector<preferred_node_term>& terms, std::string_view path) {
  faults all;
  for (std::size_t i = 0; i < terms.size(); ++i)
    if (terms[i].weight != 0 && !terms[i].preference.empty() && !terms[i].preference.valid())
      add_term(all, terms[i].preference, fmt::format("{}[{}]", path, i));
  return joined_faults(std::move(all));
}

std::string parse_fault(const node_selector& selector, std::string_view path) {
  faults all;
  const std::string terms = below(path, "nodeSelectorTerms");
  for (std::size_t i = 0; i < selector.terms.size(); ++i)
    if (!selector.terms[i].empty() && !selector.terms[i].valid())
      add_term(all, selector.terms[i], fmt::format("{}[{}]", terms, i));
  return joined_faults(std::move(all));
}

std::string parse_fault(const label_selector& selector, std::string_view path) {
  const std::string of_labels = path.empty() ? "" : below(path, "matchLabels");
  for (const auto& [key, value] : selector.match_labels) {
    faults all = of_requirement({key, selector_operator::in, {value}}, of_labels);
    if (!all.empty()) return joined_faults(std::move(all));
  }
  for (std::size_t i = 0; i < selector.match_expressions.size(); ++i) {
    const selector_requirement& r = selector.match_expressions[i];
    const std::string here = path.empty() ? "" : fmt::format("{}.matchExpressions[{}]", path, i);
    const bool known =
        r.op != selector_operator::unknown && r.op != selector_operator::gt && r.op != selector_operator::lt;
    if (!known) {
      const std::string what = quoted(operator_text(r)) + " is not a valid label selector operator";
      return here.empty() ? what : here + ".operator: " + what;
    }
    faults all = of_requirement(r, here);
    if (!all.empty()) return joined_faults(std::move(all));
  }
  return {};
}

std::string label_value_fault(std::string_view value) {
  std::string why;
  if (value.size() > max_label_name) add(why, "must be no more than 63 bytes");
  if (!value.empty() && !looks_like_name(value)) add(why, bad_value);
  return why;
}

std::string joined_faults(std::vector<std::string> all) {
  drop_repeated(all);
  if (all.empty()) return {};
  if (all.size() == 1) return all.front();
  return fmt::format("[{}]", fmt::join(all, ", "));
}

}  // namespace berth::k8s
