#include "test/support/memory_api/object_rules.hpp"

#include "test/support/memory_api/event_view.hpp"
#include "test/support/memory_api/kind_defaults.hpp"
#include "test/support/memory_api/pod_rules.hpp"
#include "test/support/memory_api/refusal.hpp"
#include "test/support/memory_api/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace berth::memory_api {

namespace {

void drop_nulls(json& value) {
  if (value.is_object()) {
    std::erase_if(value.make_members(), [](const json::member& m) { return m.second.is_null(); });
    for (auto& [name, member] : value.make_members()) drop_nulls(member);
  } else if (value.is_array()) {
    for (json& item : value.make_items()) drop_nulls(item);
  }
}

/// Go leaves out empty maps and lists of metadata; a patch that removes the last label leaves one.
void drop_empty_metadata(json& metadata) {
  for (const auto* field : {"labels", "annotations", "ownerReferences", "finalizers"}) {
    if (metadata[field].empty()) metadata.erase(field);
  }
  for (const auto* field : {"managedFields", "selfLink"}) metadata.erase(field);
}

void check_type(const resource& of, json& object) {
  const std::string version = of.group_version();
  const auto sent = std::string(object["apiVersion"].string());
  if (!sent.empty() && sent != version) {
    throw bad_request(
        fmt::format("the API version in the data ({}) does not match the expected API version ({})", sent, version));
  }
  const auto kind = object["kind"].string();
  if (!kind.empty() && kind != of.kind) {
    throw bad_request(fmt::format("{} in version \"{}\" cannot be handled as a {}", kind, of.version, of.kind));
  }
  object["kind"] = of.kind;
  object["apiVersion"] = version;
}

bool is_subdomain(std::string_view name) {
  const auto plain = [](char c) {
    return std::islower(static_cast<unsigned char>(c)) || std::isdigit(static_cast<unsigned char>(c));
  };
  return name.size() <= 253 && plain(name.front()) && plain(name.back()) &&
         std::ranges::all_of(name, [&](char c) { return plain(c) || c == '-' || c == '.'; });
}

void check_name(const resource& of, json& metadata, world& with) {
  const std::string_view prefix = metadata["generateName"].string();
  if (metadata["name"].empty() && !prefix.empty()) metadata["name"] = std::string(prefix.substr(0, 58)) + with.suffix();
  const std::string_view name = metadata["name"].string();
  if (name.empty()) throw invalid(of, "", "metadata.name", "Required value: name or generateName is required");
  if (of.storage() == "events" || is_subdomain(name)) return;
  throw invalid(
      of, name, "metadata.name",
      fmt::format(
          "Invalid value: \"{}\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, "
          "'-' or '.', and must start and end with an alphanumeric character",
          name));
}

bool counts_generations(const resource& of) {
  return of.plural == "pods" || of.group == "apps" || of.plural == "replicationcontrollers" ||
         of.plural == "poddisruptionbudgets";
}

}  // namespace

std::string world::uid() {
  const auto high = random(), low = random();
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:x}{:03x}-{:012x}", high >> 32, (high >> 16) & 0xffff, high & 0xfff,
                     8 + (low >> 62), (low >> 48) & 0xfff, low & 0xffffffffffff);
}

std::string world::suffix() {
  constexpr std::string_view letters = "bcdfghjklmnpqrstvwxz2456789";
  std::string text;
  while (text.size() < 5) text += letters[random() % letters.size()];
  return text;
}

std::string failed_precondition(const resource& of, const json& object, std::string_view what, std::string_view wanted,
                                std::string_view actual) {
  const json& metadata = object["metadata"];
  return fmt::format(
      "StorageError: invalid object, Code: 4, Key: /registry/{}/{}/{}, ResourceVersion: 0, AdditionalErrorMsg: "
      "Precondition failed: {} in precondition: {}, {} in object meta: {}",
      of.plural, metadata["namespace"].string(), metadata["name"].string(), what, wanted, what, actual);
}

void prepare_new(const resource& of, json& object, std::string_view in_namespace, const store& objects, world& with) {
  drop_nulls(object);
  check_type(of, object);
  json& metadata = object["metadata"];
  metadata.make_members();
  if (of.namespaced) {
    const std::string_view sent = metadata["namespace"].string();
    if (!sent.empty() && sent != in_namespace)
      throw bad_request("the namespace of the provided object does not match the namespace sent on the request");
    metadata["namespace"] = in_namespace;
    if (!objects.get({"namespaces", "", std::string(in_namespace)})) throw not_found(known("namespaces"), in_namespace);
  } else {
    metadata.erase("namespace");
  }
  check_name(of, metadata, with);
  if (!metadata["resourceVersion"].empty())
    throw bad_request("resourceVersion should not be set on objects to be created");
  drop_empty_metadata(metadata);
  for (const auto* field : {"deletionTimestamp", "deletionGracePeriodSeconds", "generation"}) metadata.erase(field);
  metadata["uid"] = with.uid();
  metadata["creationTimestamp"] = with.time();
  if (counts_generations(of)) metadata["generation"] = 1;
  default_kind(of, object, objects, with.time());
  object = kept(of, std::move(object));
  if (of.storage() == "events") check_event(of, object, nullptr);
}

void prepare_update(const resource& of, json& object, const json& old, bool status_only) {
  drop_nulls(object);
  check_type(of, object);
  object = kept(of, std::move(object));
  const json& before = old["metadata"];
  const std::string_view name = before["name"].string();
  json& metadata = object["metadata"];
  if (metadata["name"].string() != name) {
    throw bad_request(fmt::format("the name of the object ({}) does not match the name on the URL ({})",
                                  metadata["name"].string(), name));
  }
  if (const auto uid = metadata["uid"].string(); !uid.empty() && uid != before["uid"].string()) {
    throw conflict(of, "", name, failed_precondition(of, old, "UID", uid, before["uid"].string()));
  }
  const auto sent = metadata["resourceVersion"].string();
  if (sent.empty() && of.plural == "leases") {
    throw invalid(of, name, "metadata.resourceVersion", "Invalid value: 0: must be specified for an update");
  }
  if (!sent.empty() && sent != before["resourceVersion"].string()) {
    throw conflict(of, "", name,
                   "the object has been modified; please apply your changes to the latest version and try again");
  }
  for (const auto* field : {"namespace", "uid", "resourceVersion", "creationTimestamp", "generation",
                            "deletionTimestamp", "deletionGracePeriodSeconds", "generateName"}) {
    if (before.find(field) != nullptr) {
      metadata[field] = before[field];
    } else {
      metadata.erase(field);
    }
  }
  drop_empty_metadata(metadata);
  if (status_only) {
    if (old.find("spec") != nullptr) object["spec"] = old["spec"];
    if (of.plural == "pods") check_status_update(object, old);
    return;
  }
  if ((of.subresources & has_status) != 0 && old.find("status") != nullptr) object["status"] = old["status"];
  default_update(of, object, old);
  if (of.plural == "pods") check_pod_update(object, old);
  if (of.storage() == "events") check_event(of, object, &old);
  if (counts_generations(of) && !(object["spec"] == old["spec"]))
    metadata["generation"] = before["generation"].integer(0) + 1;
}

}  // namespace berth::memory_api
