#include "controller/observe/permission_watch.hpp"

#include <vector>

namespace berth::controller {

namespace {

std::string verb_of(std::string_view method, bool named) {
  if (method == "POST") return "create";
  if (method == "PUT") return "update";
  if (method == "PATCH") return "patch";
  if (method == "DELETE") return named ? "delete" : "deletecollection";
  if (method == "WATCH") return "watch";
  if (method == "LIST") return "list";
  return "get";
}

}  // namespace

permission permission_of(std::string_view method, std::string_view path) {
  path = path.substr(0, path.find('?'));
  std::vector<std::string_view> parts;
  for (std::string_view rest = path; !rest.empty();) {
    const auto slash = rest.find('/');
    if (const std::string_view part = rest.substr(0, slash); !part.empty()) parts.push_back(part);
    rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
  }
  // /api/v1/... or /apis/GROUP/VERSION/..., then [namespaces/NS/] RESOURCE [/NAME [/SUBRESOURCE]]
  std::string group;
  std::size_t at = 0;
  if (parts.size() > 2 && parts[0] == "api") {
    at = 2;
  } else if (parts.size() > 3 && parts[0] == "apis") {
    group = "." + std::string(parts[1]);
    at = 3;
  } else {
    return {verb_of(method, true), std::string(path)};
  }
  if (parts[at] == "namespaces" && parts.size() > at + 2) at += 2;
  const bool named = parts.size() > at + 1;
  std::string resource = std::string(parts[at]) + group;
  if (parts.size() > at + 2) resource += "/" + std::string(parts[at + 2]);
  return {verb_of(method, named), std::move(resource)};
}

std::optional<std::size_t> permission_watch::refused(const permission& what, instant now) {
  const auto [there, first] = seen_.try_emplace(what, seen{now, 0});
  if (first) return 0;
  if (now - there->second.said < silence_) {
    ++there->second.passed_over;
    return std::nullopt;
  }
  there->second.said = now;
  return std::exchange(there->second.passed_over, 0);
}

}  // namespace berth::controller
