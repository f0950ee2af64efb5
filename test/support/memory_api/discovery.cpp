#include "test/support/memory_api/discovery.hpp"

#include "test/support/memory_api/resource.hpp"

#include <algorithm>
#include <string>

namespace berth::memory_api {

namespace {

json strings(std::initializer_list<const char*> texts) { return json::array(texts.begin(), texts.end()); }

json entry(std::string_view name, std::string_view singular, bool namespaced, std::string_view kind, json verbs) {
  json e;
  e["name"] = name;
  e["singularName"] = singular;
  e["namespaced"] = namespaced;
  e["kind"] = kind;
  e["verbs"] = std::move(verbs);
  return e;
}

void add_subresource(json::array& to, const resource& r, std::string_view name, json verbs, std::string_view group = {},
                     std::string_view version = {}, std::string_view kind = {}) {
  json e = entry(std::string(r.plural) + "/" + std::string(name), "", r.namespaced, kind.empty() ? r.kind : kind,
                 std::move(verbs));
  if (!group.empty()) e["group"] = group;
  if (!version.empty()) e["version"] = version;
  to.push_back(std::move(e));
}

void add(json::array& to, const resource& r) {
  json e = entry(r.plural, r.singular, r.namespaced, r.kind,
                 strings({"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"}));
  if (!r.short_name.empty()) e["shortNames"] = json::array{r.short_name};
  if (r.in_all) e["categories"] = strings({"all"});
  to.push_back(std::move(e));
  if ((r.subresources & has_status) != 0) add_subresource(to, r, "status", strings({"get", "patch", "update"}));
  if ((r.subresources & has_scale) != 0)
    add_subresource(to, r, "scale", strings({"get", "patch", "update"}), "autoscaling", "v1", "Scale");
  if ((r.subresources & has_binding) != 0) {
    add_subresource(to, r, "binding", strings({"create"}), "", "", "Binding");
    add_subresource(to, r, "eviction", strings({"create"}), "policy", "v1", "Eviction");
  }
}

json version_entry(const resource& r) {
  json e;
  e["groupVersion"] = r.group_version();
  e["version"] = r.version;
  return e;
}

json group_entry(const resource& r) {
  json group;
  group["name"] = r.group;
  group["versions"] = json::array{version_entry(r)};
  group["preferredVersion"] = version_entry(r);
  return group;
}

json groups() {
  json list;
  list["kind"] = "APIGroupList";
  list["apiVersion"] = "v1";
  auto& entries = list["groups"].make_items();
  for (const resource& r : served_resources()) {
    const bool listed = std::ranges::any_of(entries, [&](const json& e) { return e["name"].string() == r.group; });
    if (!r.group.empty() && !listed) entries.push_back(group_entry(r));
  }
  return list;
}

json resources_of(std::string_view group_version) {
  json list;
  list["kind"] = "APIResourceList";
  list["apiVersion"] = "v1";
  list["groupVersion"] = group_version;
  auto& entries = list["resources"].make_items();
  for (const resource& r : served_resources()) {
    if (r.group_version() == group_version) add(entries, r);
  }
  return list;
}

}  // namespace

json version_document() {
  json v;
  v["major"] = "1";
  v["minor"] = "37";
  v["gitVersion"] = "v1.37.2-memory";
  for (const auto* field : {"gitCommit", "buildDate", "goVersion", "compiler"}) v[field] = "";
  v["gitTreeState"] = "clean";
  v["platform"] = "linux/amd64";
  return v;
}

std::optional<json> discovery_document(std::string_view path) {
  if (path == "/api") {
    json versions;
    versions["kind"] = "APIVersions";
    versions["versions"] = strings({"v1"});
    versions["serverAddressByClientCIDRs"].make_items();
    return versions;
  }
  if (path == "/apis") return groups();
  if (path == "/api/v1") return resources_of("v1");
  constexpr std::string_view prefix = "/apis/";
  if (!path.starts_with(prefix)) return std::nullopt;
  path.remove_prefix(prefix.size());
  for (const resource& r : served_resources()) {
    if (r.group.empty()) continue;
    if (path == r.group) {
      json group = group_entry(r);
      group["kind"] = "APIGroup";
      group["apiVersion"] = "v1";
      return group;
    }
    if (path == r.group_version()) return resources_of(path);
  }
  return std::nullopt;
}

}  // namespace berth::memory_api
