#include "test/support/memory_api/listing.hpp"

#include "test/support/memory_api/event_view.hpp"
#include "test/support/memory_api/refusal.hpp"
#include "test/support/memory_api/resource.hpp"

#include <fmt/format.h>

#include <charconv>

namespace berth::memory_api {

namespace {

/// Where a list goes on: "1:REVISION:NAMESPACE!NAME" of the last object that was shown. Revision 0 is "as of now".
/// The exclamation mark sorts before whatever a name may contain, so the text sorts as the store does.
struct continue_token {
  std::int64_t revision = 0;
  std::string after;

  std::string text() const { return fmt::format("1:{}:{}", revision, after); }
};

std::string place_of(const json& object) {
  return fmt::format("{}!{}", object["metadata"]["namespace"].string(), object["metadata"]["name"].string());
}

continue_token parse_token(std::string_view text) {
  continue_token token;
  const char* const end = text.data() + text.size();
  if (text.starts_with("1:")) {
    const auto [at, problem] = std::from_chars(text.data() + 2, end, token.revision);
    if (problem == std::errc() && at != end && *at == ':') {
      token.after.assign(at + 1, end);
      return token;
    }
  }
  throw bad_request("continue key is not valid");
}

void check_future(const store& objects, std::int64_t wanted) {
  if (wanted <= objects.revision()) return;
  json cause;
  cause["reason"] = "ResourceVersionTooLarge";
  cause["message"] = "Too large resource version";
  json details;
  details["causes"] = json::array{cause};
  details["retryAfterSeconds"] = 1;
  throw refusal(504, "Timeout",
                fmt::format("Timeout: Too large resource version: {}, current: {}", wanted, objects.revision()),
                details);
}

[[noreturn]] void refuse_old_token(const store& objects, continue_token token) {
  token.revision = 0;
  refusal r = expired(
      "The provided continue parameter is too old to display a consistent list result. You can start a new list "
      "without the continue parameter, or use the continue token in this response to retrieve the remainder of the "
      "results. Continuing with the provided token results in an inconsistent list - objects that were created, "
      "modified, or deleted between the time the first chunk was returned and now may show up in the list.");
  r.metadata["resourceVersion"] = std::to_string(objects.revision());
  r.metadata["continue"] = token.text();
  throw r;
}

struct page {
  std::vector<object_ptr> objects;
  std::int64_t revision = 0;
  std::string next;
  std::size_t remaining = 0;
};

page page_of(const store& objects, const target& t, const selection& which) {
  const resource& of = *t.of;
  page result;
  result.revision = objects.revision();
  const bool continued = !t.parameter("continue").empty();
  const continue_token token = continued ? parse_token(t.parameter("continue")) : continue_token{};
  const auto wanted = t.number("resourceVersion", 0);
  const bool exact = t.parameter("resourceVersionMatch") == "Exact";
  if (token.revision != 0) result.revision = token.revision;
  if (exact && !continued) result.revision = wanted;
  check_future(objects, std::max(wanted, result.revision));
  if (result.revision < objects.oldest()) {
    if (continued) refuse_old_token(objects, token);
    throw expired(fmt::format("The resourceVersion for the provided list is too old: {} ({})", result.revision,
                              objects.oldest()));
  }
  const auto all = result.revision == objects.revision()
                       ? objects.list(of.storage(), t.in_namespace)
                       : objects.list_at(result.revision, of.storage(), t.in_namespace);
  const bool from_cache = !continued && t.parameter("resourceVersion") == "0";
  const auto limit = from_cache ? 0 : t.number("limit", 0);
  for (const auto& object : all) {
    if (continued && place_of(object->value()) <= token.after) continue;
    if (!which.everything() && !which.matches(shown(of, object->value()))) continue;
    if (limit > 0 && static_cast<std::int64_t>(result.objects.size()) == limit) {
      if (result.next.empty())
        result.next = continue_token{result.revision, place_of(result.objects.back()->value())}.text();
      ++result.remaining;
      continue;
    }
    result.objects.push_back(object);
  }
  return result;
}

json metadata_of(const page& p, const selection& which) {
  json metadata;
  metadata["resourceVersion"] = std::to_string(p.revision);
  if (!p.next.empty()) {
    metadata["continue"] = p.next;
    if (which.everything()) metadata["remainingItemCount"] = static_cast<std::int64_t>(p.remaining);
  }
  return metadata;
}

}  // namespace

std::string list_body(const store& objects, const target& t, const std::optional<table_request>& as_table,
                      k8s::timestamp now) {
  const resource& of = *t.of;
  const selection which(of, t.parameter("labelSelector"), t.parameter("fieldSelector"));
  const page found = page_of(objects, t, which);
  const json metadata = metadata_of(found, which);
  if (as_table) {
    std::vector<json> rows;
    for (const auto& object : found.objects) rows.push_back(shown(of, object->value()));
    return table(of, rows, metadata, *as_table, now).text();
  }
  std::string body = fmt::format(R"({{"kind":"{}List","apiVersion":"{}","metadata":{},"items":[)", of.kind,
                                 of.group_version(), metadata.text());
  for (const auto& object : found.objects) {
    if (body.back() != '[') body += ',';
    body += has_view(of) ? object_version(shown(of, object->value())).item_text() : object->item_text();
  }
  return body + "]}\n";
}

}  // namespace berth::memory_api
