#include "test/support/memory_api/api.hpp"

#include "test/support/memory_api/discovery.hpp"
#include "test/support/memory_api/event_view.hpp"
#include "test/support/memory_api/listing.hpp"
#include "test/support/memory_api/refusal.hpp"
#include "test/support/memory_api/scale.hpp"

#include <fmt/format.h>

namespace berth::memory_api {

namespace {

answer plain(std::string body) {
  answer a;
  a.content_type = "text/plain";
  a.body = std::move(body);
  return a;
}

bool has_subresource(const target& t) {
  if (t.subresource.empty()) return true;
  if (t.subresource == "status") return (t.of->subresources & has_status) != 0;
  if (t.subresource == "scale") return (t.of->subresources & has_scale) != 0;
  if (t.subresource == "binding" || t.subresource == "eviction") return (t.of->subresources & has_binding) != 0;
  return false;
}

}  // namespace

api::api(store& objects, world& with) : objects_(objects), with_(with) {
  const auto make = [&](std::string_view path, json object) {
    request r{"POST", std::string(path), "", "application/json", object.text()};
    handle(r);
  };
  for (const auto* name : {"default", "kube-system", "kube-public", "kube-node-lease"}) {
    make("/api/v1/namespaces", json::object{{"metadata", json::object{{"name", name}}}});
  }
  for (const auto& [name, value] :
       {std::pair{"system-cluster-critical", 2'000'000'000}, std::pair{"system-node-critical", 2'000'001'000}}) {
    make("/apis/scheduling.k8s.io/v1/priorityclasses",
         json::object{{"metadata", json::object{{"name", name}}}, {"value", value}});
  }
}

answer api::handle(const request& r) {
  const std::string_view whole = r.target;
  const auto mark = whole.find('?');
  try {
    return dispatch(r, whole.substr(0, mark),
                    mark == std::string_view::npos ? std::string_view() : whole.substr(mark + 1));
  } catch (const refusal& why) {
    return document(why.status(), why.code());
  }
}

answer api::dispatch(const request& r, std::string_view path, std::string_view query) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  if (path == "/healthz" || path == "/readyz" || path == "/livez") return plain("ok");
  if (path == "/version") return document(version_document());
  if (path == "/openapi/v2") {  // kubectl asks for it and is content with nothing
    answer a;
    a.content_type = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
    return a;
  }
  if (auto found = discovery_document(path)) return document(*found);
  if (auto answered = r.method == "POST" ? review(r, path) : std::nullopt) return *answered;
  const target t = parse_target(path, query);
  if (t.of == nullptr || !has_subresource(t)) throw no_such_path();
  return dispatch_resource(r, t);
}

answer api::dispatch_resource(const request& r, const target& t) {
  const bool collection = t.name.empty();
  if (r.method == "GET") {
    if (t.flag("watch")) return begin_watch(r, t);
    return collection ? list(r, t) : get(r, t);
  }
  if (r.method == "POST" && t.subresource == "binding") return bind(r, t);
  if (r.method == "POST" && t.subresource == "eviction") return remove(r, t);
  if (r.method == "POST" && collection) return create(r, t);
  if ((r.method == "PUT" || r.method == "PATCH") && !collection) return change(r, t);
  if (r.method == "DELETE" && t.subresource.empty()) return collection ? remove_collection(r, t) : remove(r, t);
  throw refusal(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
}

object_path api::path_of(const target& t) const { return {std::string(t.of->storage()), t.in_namespace, t.name}; }

object_ptr api::existing(const target& t) const {
  auto found = objects_.get(path_of(t));
  if (!found) throw not_found(*t.of, t.name);
  return found;
}

answer api::show(const request& r, const target& t, const json& object, int status) const {
  const json visible = shown(*t.of, object);
  const auto as_table = parse_accept(r.accept, t.parameter("includeObject"));
  if (!as_table) return document(visible, status);
  json metadata;
  metadata["resourceVersion"] = object["metadata"]["resourceVersion"];
  return document(table(*t.of, {visible}, metadata, *as_table, with_.now()), status);
}

answer api::list(const request& r, const target& t) {
  answer a;
  a.body = list_body(objects_, t, parse_accept(r.accept, t.parameter("includeObject")), with_.now());
  return a;
}

answer api::begin_watch(const request& r, const target& t) {
  watch_request w;
  w.of = t.of;
  w.in_namespace = t.in_namespace;
  std::string fields(t.parameter("fieldSelector"));
  if (!t.name.empty()) fields += fmt::format("{}metadata.name={}", fields.empty() ? "" : ",", t.name);
  w.which = selection(*t.of, t.parameter("labelSelector"), fields);
  w.from = t.number("resourceVersion", 0);
  w.initial_events = t.flag("sendInitialEvents");
  w.from_now = w.from == 0 || w.initial_events;
  w.bookmarks = t.flag("allowWatchBookmarks");
  w.timeout = std::chrono::seconds(t.number("timeoutSeconds", 1800));
  w.table = parse_accept(r.accept, t.parameter("includeObject"));
  answer a;
  a.watching = std::move(w);
  return a;
}

answer api::get(const request& r, const target& t) {
  const auto found = existing(t);
  if (t.subresource == "scale") return document(scale_of(found->value()));
  return show(r, t, found->value());
}

}  // namespace berth::memory_api
