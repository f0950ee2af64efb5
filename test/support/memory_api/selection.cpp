#include "test/support/memory_api/selection.hpp"

#include "test/support/memory_api/refusal.hpp"
#include "test/support/memory_api/resource.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace berth::memory_api {

namespace {

struct selectable {
  std::string_view storage;
  std::string_view group;
  std::vector<std::string_view> fields;
};

/// Beside metadata.name and metadata.namespace, which every resource has.
const std::array field_labels{
    selectable{"pods",
               "",
               {"spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName",
                "spec.hostNetwork", "status.phase", "status.podIP", "status.nominatedNodeName"}},
    selectable{"nodes", "", {"spec.unschedulable"}},
    selectable{"namespaces", "", {"status.phase"}},
    selectable{"secrets", "", {"type"}},
    selectable{"replicasets", "apps", {"status.replicas"}},
    selectable{"events",
               "",
               {"involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid",
                "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason",
                "reportingComponent", "source", "type"}},
    selectable{"events",
               "events.k8s.io",
               {"regarding.kind", "regarding.namespace", "regarding.name", "regarding.uid", "regarding.apiVersion",
                "regarding.resourceVersion", "regarding.fieldPath", "reason", "reportingController", "type"}},
};

bool can_select(const resource& of, std::string_view field) {
  if (field == "metadata.name" || field == "metadata.namespace") return true;
  return std::ranges::any_of(field_labels, [&](const selectable& s) {
    return s.storage == of.storage() && s.group == of.group && std::ranges::find(s.fields, field) != s.fields.end();
  });
}

std::string_view trim(std::string_view s) {
  while (!s.empty() && s.front() == ' ') s.remove_prefix(1);
  while (!s.empty() && s.back() == ' ') s.remove_suffix(1);
  return s;
}

/// Splits at commas that are not inside parentheses.
std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  int open = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] == '(') ++open;
    if (i < text.size() && text[i] == ')') --open;
    if (i < text.size() && (text[i] != ',' || open > 0)) continue;
    if (const auto part = trim(text.substr(begin, i - begin)); !part.empty()) parts.push_back(part);
    begin = i + 1;
  }
  return parts;
}

/// A field as text: numbers and booleans are compared by what they look like, absent is "".
std::string field_text(const json& object, std::string_view path) {
  if (path == "source") {
    const std::string_view component = object["source"]["component"].string();
    return std::string(component.empty() ? object["reportingComponent"].string() : component);
  }
  const bool is_flag = path == "spec.unschedulable" || path == "spec.hostNetwork";
  const json* at = &object;
  while (!path.empty()) {
    const auto dot = path.find('.');
    at = &(*at)[path.substr(0, dot)];
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  if (at->is_string()) return std::string(at->string());
  if (at->is_null()) return is_flag ? "false" : "";
  return at->text();
}

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

selection::selection(const resource& of, std::string_view labels, std::string_view fields) {
  parse_labels(labels);
  parse_fields(of, fields);
}

void selection::parse_labels(std::string_view text) {
  const auto one = [](std::string_view value) { return std::vector<std::string>{std::string(trim(value))}; };
  const auto key = [](std::string_view name) { return std::string(trim(name)); };
  for (const std::string_view part : split(text)) {
    if (part.back() == ')') {
      const auto open = part.find('(');
      std::string_view head = trim(part.substr(0, open == std::string_view::npos ? 0 : open));
      const bool in = head.ends_with(" in");
      if (!in && !head.ends_with(" notin")) throw bad_request(fmt::format("unable to parse requirement: {}", part));
      requirement r{key(head.substr(0, head.rfind(' '))), in ? op::in : op::not_in, {}};
      for (const auto value : split(part.substr(open + 1, part.size() - open - 2))) r.values.emplace_back(value);
      labels_.push_back(std::move(r));
    } else if (const auto unequal = part.find("!="); unequal != std::string_view::npos) {
      labels_.push_back({key(part.substr(0, unequal)), op::not_in, one(part.substr(unequal + 2))});
    } else if (const auto equal = part.find('='); equal != std::string_view::npos) {
      const bool twice = part.substr(equal + 1).starts_with('=');
      labels_.push_back({key(part.substr(0, equal)), op::in, one(part.substr(equal + (twice ? 2 : 1)))});
    } else if (const auto than = part.find_first_of("<>"); than != std::string_view::npos) {
      labels_.push_back(
          {key(part.substr(0, than)), part[than] == '>' ? op::greater : op::less, one(part.substr(than + 1))});
    } else if (part.front() == '!') {
      labels_.push_back({key(part.substr(1)), op::absent, {}});
    } else {
      labels_.push_back({key(part), op::exists, {}});
    }
    if (labels_.back().key.empty() || labels_.back().key.find(' ') != std::string::npos) {
      throw bad_request(fmt::format("unable to parse requirement: {}", part));
    }
  }
}

void selection::parse_fields(const resource& of, std::string_view text) {
  for (const std::string_view part : split(text)) {
    const auto equal = part.find('=');
    if (equal == std::string_view::npos || equal == 0) {
      throw bad_request(fmt::format("invalid selector: '{}'; can't understand '{}'", text, part));
    }
    const bool negated = part[equal - 1] == '!';
    const bool twice = part.substr(equal + 1).starts_with('=');
    std::string key(part.substr(0, equal - (negated ? 1 : 0)));
    if (!can_select(of, key)) throw bad_request(fmt::format("field label not supported: {}", key));
    fields_.push_back(
        {std::move(key), negated ? op::not_in : op::in, {std::string(part.substr(equal + (twice ? 2 : 1)))}});
  }
}

bool selection::holds(const requirement& r, const json* found) {
  const std::string_view value = found != nullptr ? found->string() : std::string_view();
  const bool listed = found != nullptr && std::ranges::find(r.values, value) != r.values.end();
  switch (r.how) {
    case op::in:
      return listed;
    case op::not_in:
      return !listed;
    case op::exists:
      return found != nullptr;
    case op::absent:
      return found == nullptr;
    case op::greater:
    case op::less: {
      const auto theirs = number(value), bound = number(r.values.front());
      return theirs && bound && (r.how == op::greater ? *theirs > *bound : *theirs < *bound);
    }
  }
  return false;
}

bool selection::matches(const json& object) const {
  const json& labels = object["metadata"]["labels"];
  return std::ranges::all_of(labels_, [&](const requirement& r) { return holds(r, labels.find(r.key)); }) &&
         std::ranges::all_of(fields_, [&](const requirement& r) {
           const json value(field_text(object, r.key));
           return holds(r, &value);
         });
}

}  // namespace berth::memory_api
