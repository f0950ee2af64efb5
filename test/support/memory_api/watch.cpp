#include "test/support/memory_api/watch.hpp"

#include "test/support/memory_api/event_view.hpp"
#include "test/support/memory_api/refusal.hpp"
#include "test/support/memory_api/resource.hpp"

#include <fmt/format.h>

namespace berth::memory_api {

namespace {

std::string event_line(std::string_view type, std::string_view object) {
  return fmt::format("{{\"type\":\"{}\",\"object\":{}}}\n", type, object);
}

}  // namespace

watch::watch(const store& objects, watch_request request, std::function<k8s::timestamp()> now)
    : objects_(objects), request_(std::move(request)), now_(std::move(now)), at_(request_.from) {}

std::string watch::line(std::string_view type, const object_ptr& object) {
  const resource& of = *request_.of;
  if (request_.table) {
    const json row = table(of, {shown(of, object->value())}, json(), *request_.table, now_());
    request_.table->columns = false;
    return event_line(type, row.text());
  }
  return event_line(type, has_view(of) ? shown(of, object->value()).text() : object->text());
}

std::vector<std::string> watch::begin() {
  std::vector<std::string> lines;
  begun_ = true;
  if (!request_.from_now) return lines;
  at_ = objects_.revision();
  for (const auto& object : objects_.list(request_.of->storage(), request_.in_namespace)) {
    if (request_.which.matches(shown(*request_.of, object->value()))) lines.push_back(line("ADDED", object));
  }
  if (request_.initial_events) lines.push_back(event_line("BOOKMARK", bookmark_object(true).text()));
  return lines;
}

/// An object that begins to match is ADDED, one that ceases to match is DELETED, whatever happened to it.
std::optional<std::string> watch::line_of(const change& c) {
  if (c.path.storage != request_.of->storage()) return std::nullopt;
  if (!request_.in_namespace.empty() && c.path.namespace_ != request_.in_namespace) return std::nullopt;
  const auto matches = [&](const object_ptr& o) {
    return o && (request_.which.everything() || request_.which.matches(shown(*request_.of, o->value())));
  };
  const bool before = matches(c.before), after = matches(c.after);
  if (before && after) return line("MODIFIED", c.after);
  if (after) return line("ADDED", c.after);
  if (!before) return std::nullopt;
  if (!c.after) return line("DELETED", c.last);
  json gone = c.before->value();
  gone["metadata"]["resourceVersion"] = std::to_string(c.revision);
  return line("DELETED", std::make_shared<const object_version>(std::move(gone)));
}

std::vector<std::string> watch::next() {
  std::vector<std::string> lines;
  if (!begun_) lines = begin();
  if (at_ < objects_.oldest()) {
    ended_ = true;
    const auto status = expired(fmt::format("too old resource version: {} ({})", at_, objects_.oldest())).status();
    lines.push_back(event_line("ERROR", status.text()));
    return lines;
  }
  for (auto c = objects_.after(at_); c != objects_.end(); ++c) {
    at_ = c->revision;
    if (auto text = line_of(*c)) lines.push_back(std::move(*text));
  }
  return lines;
}

json watch::bookmark_object(bool initial_end) const {
  json object;
  object["kind"] = request_.of->kind;
  object["apiVersion"] = request_.of->group_version();
  object["metadata"]["resourceVersion"] = std::to_string(at_);
  if (initial_end) object["metadata"]["annotations"]["k8s.io/initial-events-end"] = "true";
  return object;
}

std::string watch::bookmark() { return event_line("BOOKMARK", bookmark_object(false).text()); }

}  // namespace berth::memory_api
