#include "test/support/memory_api/request.hpp"

#include "test/support/memory_api/refusal.hpp"
#include "test/support/memory_api/resource.hpp"

#include <charconv>
#include <vector>

namespace berth::memory_api {

namespace {

std::string unescape(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned code = 0;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(text.data() + i + 1, text.data() + i + 3, code, 16).ptr == text.data() + i + 3) {
      plain += static_cast<char>(code);
      i += 2;
    } else {
      plain += text[i] == '+' ? ' ' : text[i];
    }
  }
  return plain;
}

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto end = text.find(at);
    if (end != 0) parts.emplace_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return parts;
}

}  // namespace

answer document(const json& content, int status) {
  answer a;
  a.status = status;
  a.body = content.text();
  return a;
}

std::string_view target::parameter(std::string_view wanted) const {
  const auto found = query.find(wanted);
  return found == query.end() ? std::string_view() : found->second;
}

bool target::flag(std::string_view wanted) const {
  const auto value = parameter(wanted);
  return value == "true" || value == "1" || value == "All";
}

std::int64_t target::number(std::string_view wanted, std::int64_t otherwise) const {
  const auto text = parameter(wanted);
  if (text.empty()) return otherwise;
  std::int64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem == std::errc() && end == text.data() + text.size()) return value;
  throw bad_request(std::string(wanted) + ": Invalid value: \"" + std::string(text) + "\"");
}

target parse_target(std::string_view path, std::string_view query) {
  target t;
  for (const auto& pair : split(query, '&')) {
    const auto equal = pair.find('=');
    t.query[unescape(pair.substr(0, equal))] =
        equal == std::string::npos ? "" : unescape(std::string_view(pair).substr(equal + 1));
  }
  auto parts = split(path, '/');
  for (auto& part : parts) part = unescape(part);
  const bool core = parts.size() >= 3 && parts[0] == "api";
  if (!core && (parts.size() < 4 || parts[0] != "apis")) return t;
  const std::string group = core ? "" : parts[1], version = parts[core ? 1 : 2];
  std::size_t at = core ? 2 : 3;
  if (parts[at] == "namespaces" && parts.size() > at + 2 && find_resource(group, version, parts[at + 2]) != nullptr) {
    t.in_namespace = parts[at + 1];
    at += 2;
  }
  t.of = find_resource(group, version, parts[at]);
  if (parts.size() > at + 1) t.name = parts[at + 1];
  if (parts.size() > at + 2) t.subresource = parts[at + 2];
  const bool too_long = parts.size() > at + 3;
  if (too_long || (t.of != nullptr && !t.of->namespaced && !t.in_namespace.empty())) t.of = nullptr;
  if (t.of != nullptr && t.of->namespaced && t.in_namespace.empty() && !t.name.empty()) t.of = nullptr;
  return t;
}

std::optional<table_request> parse_accept(std::string_view accept, std::string_view include_object) {
  bool json_will_do = accept.empty();
  for (const auto& clause : split(accept, ',')) {
    if (clause.find("*/*") != std::string::npos || clause.find("application/*") != std::string::npos)
      json_will_do = true;
    if (clause.find("application/json") == std::string::npos) continue;
    json_will_do = true;
    if (clause.find("as=Table") == std::string::npos) {
      if (clause.find("as=") == std::string::npos) break;
      continue;
    }
    table_request wanted;
    wanted.version = clause.find("v=v1beta1") != std::string::npos ? "v1beta1" : "v1";
    if (include_object == "None") wanted.object = row_object::none;
    if (include_object == "Object") wanted.object = row_object::whole;
    return wanted;
  }
  if (!json_will_do) {
    throw refusal(406, "NotAcceptable", "only the following media types are accepted: application/json");
  }
  return std::nullopt;
}

}  // namespace berth::memory_api
