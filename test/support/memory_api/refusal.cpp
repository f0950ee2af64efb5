#include "test/support/memory_api/refusal.hpp"

#include "test/support/memory_api/resource.hpp"

#include <fmt/format.h>

namespace berth::memory_api {

namespace {

/// "deployments.apps", as messages name a resource.
std::string qualified(const resource& of, std::string_view subresource = {}) {
  std::string name(of.plural);
  if (!subresource.empty()) name += fmt::format("/{}", subresource);
  return of.group.empty() ? name : fmt::format("{}.{}", name, of.group);
}

json details_of(const resource& of, std::string_view name, std::string_view kind) {
  json details;
  details["name"] = name;
  if (!of.group.empty()) details["group"] = of.group;
  details["kind"] = kind;
  return details;
}

}  // namespace

refusal::refusal(int code, std::string reason, std::string message, json details)
    : code_(code), reason_(std::move(reason)), message_(std::move(message)), details_(std::move(details)) {}

json refusal::status() const {
  json status;
  status["kind"] = "Status";
  status["apiVersion"] = "v1";
  status["metadata"] = metadata;
  status["status"] = "Failure";
  status["message"] = message_;
  if (!reason_.empty()) status["reason"] = reason_;
  if (!details_.empty()) status["details"] = details_;
  status["code"] = code_;
  return status;
}

refusal bad_request(std::string message) { return {400, "BadRequest", std::move(message)}; }

refusal no_such_path() { return {404, "NotFound", "the server could not find the requested resource"}; }

refusal not_found(const resource& of, std::string_view name) {
  return {404, "NotFound", fmt::format("{} \"{}\" not found", qualified(of), name), details_of(of, name, of.plural)};
}

refusal already_exists(const resource& of, std::string_view name) {
  return {409, "AlreadyExists", fmt::format("{} \"{}\" already exists", qualified(of), name),
          details_of(of, name, of.plural)};
}

refusal conflict(const resource& of, std::string_view subresource, std::string_view name, std::string_view why) {
  const std::string kind = subresource.empty() ? std::string(of.plural) : fmt::format("{}/{}", of.plural, subresource);
  return {409, "Conflict",
          fmt::format("Operation cannot be fulfilled on {} \"{}\": {}", qualified(of, subresource), name, why),
          details_of(of, name, kind)};
}

refusal invalid(const resource& of, std::string_view name, std::string_view field, std::string_view why) {
  const std::string kind = of.group.empty() ? std::string(of.kind) : fmt::format("{}.{}", of.kind, of.group);
  json details = details_of(of, name, of.kind);
  json cause;
  cause["reason"] = why.starts_with("Required") ? "FieldValueRequired" : "FieldValueInvalid";
  cause["message"] = why;
  cause["field"] = field;
  details["causes"].make_items().push_back(std::move(cause));
  return {422, "Invalid", fmt::format("{} \"{}\" is invalid: {}: {}", kind, name, field, why), std::move(details)};
}

refusal expired(std::string message) { return {410, "Expired", std::move(message)}; }

}  // namespace berth::memory_api
