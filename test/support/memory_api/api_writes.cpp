#include "test/support/memory_api/api.hpp"

#include "test/support/memory_api/event_view.hpp"
#include "test/support/memory_api/patch.hpp"
#include "test/support/memory_api/pod_rules.hpp"
#include "test/support/memory_api/protobuf.hpp"
#include "test/support/memory_api/refusal.hpp"
#include "test/support/memory_api/reviews.hpp"
#include "test/support/memory_api/scale.hpp"

#include <fmt/format.h>

namespace berth::memory_api {

namespace {

json body_of(const request& r) {
  if (r.body.empty()) return json::object{};
  if (is_protobuf(r.content_type)) return from_protobuf(r.body);
  if (!r.content_type.empty() && r.content_type.find("json") == std::string::npos) {
    throw refusal(415, "UnsupportedMediaType",
                  "the body of the request was in an unknown format - accepted media types include: application/json");
  }
  std::string why;
  auto parsed = json::parse(r.body, &why);
  if (!parsed || !parsed->is_object())
    throw bad_request("error decoding the body: " + (parsed ? "not an object" : why));
  return std::move(*parsed);
}

json patched(const request& r, json object) {
  std::string why;
  const auto patch = json::parse(r.body, &why);
  if (!patch) throw bad_request("error decoding patch: " + why);
  if (r.content_type.starts_with("application/strategic-merge-patch+json"))
    return strategic_merge_patched(std::move(object), *patch);
  if (r.content_type.starts_with("application/merge-patch+json")) return merge_patched(std::move(object), *patch);
  if (r.content_type.starts_with("application/json-patch+json")) return json_patched(std::move(object), *patch);
  throw refusal(
      415, "UnsupportedMediaType",
      "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, "
      "application/merge-patch+json, application/strategic-merge-patch+json");
}

json success(const target& t, const json& object) {
  json status;
  status["kind"] = "Status";
  status["apiVersion"] = "v1";
  status["metadata"].make_members();
  status["status"] = "Success";
  json& details = status["details"];
  details["name"] = object["metadata"]["name"];
  if (!t.of->group.empty()) details["group"] = t.of->group;
  details["kind"] = t.of->plural;
  details["uid"] = object["metadata"]["uid"];
  return status;
}

/// What a deletion is answered with: the object as it was last, or a Status.
json deleted(const target& t, const json& object) {
  return returns_what_is_deleted(*t.of) ? object : success(t, object);
}

}  // namespace

std::optional<answer> api::review(const request& r, std::string_view path) {
  if (!is_review(path)) return std::nullopt;
  return document(reviewed(path, body_of(r)), 201);
}

answer api::create(const request& r, const target& t) {
  json object = body_of(r);
  prepare_new(*t.of, object, t.in_namespace, objects_, with_);
  const object_path path{std::string(t.of->storage()), t.in_namespace,
                         std::string(object["metadata"]["name"].string())};
  if (objects_.get(path)) throw already_exists(*t.of, path.name);
  if (t.flag("dryRun")) return show(r, t, object, 201);
  return show(r, t, objects_.put(path, std::move(object))->value(), 201);
}

/// Server-side apply, without its bookkeeping: what is left out is left alone, and nobody owns a field.
answer api::apply(const request& r, const target& t) {
  request sent = r;
  sent.content_type = objects_.get(path_of(t)) ? "application/strategic-merge-patch+json" : "application/json";
  if (objects_.get(path_of(t))) return change(sent, t);
  return create(sent, t);
}

/// A PUT of what is not there. The version that was sent is not looked at, as upstream.
answer api::create_by_update(const request& r, const target& t) {
  json object = body_of(r);
  if (object["metadata"]["name"].string() != t.name)
    throw bad_request(fmt::format("the name of the object ({}) does not match the name on the URL ({})",
                                  object["metadata"]["name"].string(), t.name));
  object["metadata"].erase("resourceVersion");
  request sent = r;
  sent.body = object.text();
  sent.content_type = "application/json";
  return create(sent, t);
}

answer api::change(const request& r, const target& t) {
  if (r.content_type.starts_with("application/apply-patch+yaml")) return apply(r, t);
  const bool may_create = r.method == "PUT" && t.subresource.empty() && may_be_created_by_update(*t.of);
  if (may_create && !objects_.get(path_of(t))) return create_by_update(r, t);
  const auto old = existing(t);
  if (t.subresource == "scale") return change_scale(r, t, old);
  const bool whole = r.method == "PUT";
  json object = whole ? body_of(r) : patched(r, shown(*t.of, old->value()));
  prepare_update(*t.of, object, old->value(), t.subresource == "status");
  if (object == old->value()) return show(r, t, old->value());
  if (t.flag("dryRun")) return show(r, t, object);
  const json& metadata = object["metadata"];
  if (!metadata["deletionTimestamp"].empty() && metadata["finalizers"].empty()) {
    objects_.remove(path_of(t));
    return show(r, t, object);
  }
  return show(r, t, objects_.put(path_of(t), std::move(object))->value());
}

answer api::change_scale(const request& r, const target& t, const object_ptr& old) {
  const json wanted = r.method == "PUT" ? body_of(r) : patched(r, scale_of(old->value()));
  json object = old->value();
  object["spec"]["replicas"] = wanted["spec"]["replicas"].integer(0);
  prepare_update(*t.of, object, old->value(), false);
  return document(scale_of(objects_.put(path_of(t), std::move(object))->value()));
}

answer api::bind(const request& r, const target& t) {
  const json binding = body_of(r);
  if (binding["metadata"]["name"].string() != t.name)
    throw bad_request("name in URL does not match name in Binding object");
  json pod = bound(existing(t)->value(), binding, with_.time());
  if (!t.flag("dryRun")) objects_.put(path_of(t), std::move(pod));
  json status;
  status["kind"] = "Status";
  status["apiVersion"] = "v1";
  status["metadata"].make_members();
  status["status"] = "Success";
  status["code"] = 201;
  return document(status, 201);
}

json api::remove_object(const target& t, const object_ptr& old, const json& options) {
  const json& metadata = old->value()["metadata"];
  for (const auto& [field, label] : {std::pair{"uid", "UID"}, std::pair{"resourceVersion", "ResourceVersion"}}) {
    const auto wanted = options["preconditions"][field].string(), actual = metadata[field].string();
    if (wanted.empty() || wanted == actual) continue;
    throw conflict(*t.of, "", metadata["name"].string(),
                   failed_precondition(*t.of, old->value(), label, wanted, actual));
  }
  const object_path path{std::string(t.of->storage()), std::string(metadata["namespace"].string()),
                         std::string(metadata["name"].string())};
  if (t.flag("dryRun") || !options["dryRun"].empty()) return deleted(t, old->value());
  if (!metadata["finalizers"].empty()) {
    json object = old->value();
    if (metadata["deletionTimestamp"].empty()) {
      object["metadata"]["deletionTimestamp"] = with_.time();
      object["metadata"]["deletionGracePeriodSeconds"] = 0;
      return objects_.put(path, std::move(object))->value();
    }
    return object;
  }
  if (t.of->plural == "namespaces") {
    for (const resource& r : served_resources()) {
      if (!r.namespaced) continue;
      for (const auto& inside : objects_.list(r.storage(), path.name)) {
        objects_.remove(
            {std::string(r.storage()), path.name, std::string(inside->value()["metadata"]["name"].string())});
      }
    }
  }
  json last = old->value();
  if (t.of->plural == "pods") last = objects_.put(path, terminating(std::move(last), with_.time()))->value();
  objects_.remove(path);
  last["metadata"]["resourceVersion"] = std::to_string(objects_.revision());
  return deleted(t, last);
}

answer api::remove(const request& r, const target& t) {
  json options = body_of(r);
  if (t.subresource == "eviction") {
    remove_object(t, existing(t), options["deleteOptions"]);
    return document(json::object{{"kind", "Status"},
                                 {"apiVersion", "v1"},
                                 {"metadata", json::object{}},
                                 {"status", "Success"},
                                 {"code", 201}},
                    201);
  }
  return document(remove_object(t, existing(t), options));
}

answer api::remove_collection(const request& r, const target& t) {
  const json options = body_of(r);
  const selection which(*t.of, t.parameter("labelSelector"), t.parameter("fieldSelector"));
  std::vector<json> removed;
  for (const auto& object : objects_.list(t.of->storage(), t.in_namespace)) {
    if (!which.matches(shown(*t.of, object->value()))) continue;
    remove_object(t, object, options);
    removed.push_back(shown(*t.of, object->value()));
  }
  json list;
  list["kind"] = std::string(t.of->kind) + "List";
  list["apiVersion"] = t.of->group_version();
  list["metadata"]["resourceVersion"] = std::to_string(objects_.revision());
  list["items"] = std::move(removed);
  return document(list);
}

}  // namespace berth::memory_api
