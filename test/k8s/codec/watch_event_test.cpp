#include "k8s/codec/decode.hpp"
#include "k8s/text/line_splitter.hpp"
#include "test/k8s/api/samples.hpp"

#include <doctest/doctest.h>

using namespace berth::k8s;
using pod_event = watch_event<pod>;

namespace {

std::string event(const std::string& type, const std::string& object) {
  return R"({"type":")" + type + R"(","object":)" + object + "}";
}

constexpr const char* small_pod = R"({"kind":"Pod","metadata":{"name":"a","namespace":"b","resourceVersion":"7"}})";

}  // namespace

TEST_CASE("watch event: added, modified and deleted carry the object and its version") {
  for (const auto& [word, type] :
       {std::pair{"ADDED", pod_event::type::added}, std::pair{"MODIFIED", pod_event::type::modified},
        std::pair{"DELETED", pod_event::type::deleted}}) {
    const auto e = decode_watch_event<pod>(event(word, small_pod));
    REQUIRE(e.has_value());
    CHECK(e->what == type);
    CHECK(e->resource_version == "7");
    REQUIRE(e->object != nullptr);
    CHECK(e->object->key == object_key{"b", "a"});
  }
}

TEST_CASE("watch event: is the same whatever stands first") {
  const auto e = decode_watch_event<pod>(R"({ "object": )" + std::string(full_pod) + R"(, "type": "MODIFIED"})");
  REQUIRE(e.has_value());
  CHECK(e->what == pod_event::type::modified);
  CHECK(*e->object->spec == *(*decode_pod(full_pod))->spec);
  const auto late =
      decode_watch_event<pod>(R"({"object":{"kind":"Status","code":410,"reason":"Expired"},"type":"ERROR"})");
  REQUIRE(late.has_value());
  CHECK(errc_of(late->status) == errc::gone);
}

TEST_CASE("watch event: a bookmark has a version and may end the initial events") {
  const auto plain = decode_watch_event<pod>(
      event("BOOKMARK", R"({"kind":"Pod","metadata":{"resourceVersion":"12","creationTimestamp":null}})"));
  REQUIRE(plain.has_value());
  CHECK(plain->what == pod_event::type::bookmark);
  CHECK(plain->resource_version == "12");
  CHECK(plain->object == nullptr);
  CHECK_FALSE(plain->initial_events_end);
  const auto end = decode_watch_event<pod>(
      event("BOOKMARK", R"({"metadata":{"resourceVersion":"13","annotations":{"k8s.io/initial-events-end":"true"}}})"));
  CHECK(end->initial_events_end);
}

TEST_CASE("watch event: an error carries the server's status") {
  const auto e = decode_watch_event<node>(event(
      "ERROR",
      R"json({"kind":"Status","status":"Failure","message":"too old resource version: 1 (9)","reason":"Expired","code":410})json"));
  REQUIRE(e.has_value());
  CHECK(e->what == watch_event<node>::type::error);
  CHECK(e->object == nullptr);
  CHECK(e->status == api_status{410, "Expired", "too old resource version: 1 (9)", -1, {}});
}

TEST_CASE("watch event: nodes and namespaces too") {
  CHECK(decode_watch_event<node>(event("ADDED", std::string(full_node)))->object->name == "node-1");
  CHECK(decode_watch_event<namespace_object>(event("ADDED", R"({"metadata":{"name":"shop"}})"))->object->name ==
        "shop");
}

TEST_CASE("watch event: errors name the object and the field") {
  const auto detail = [](const std::string& line) { return decode_watch_event<pod>(line).error().detail; };
  CHECK(detail(event("ADDED", R"({"metadata":{"name":"a"},"spec":{"containers":{}}})")) ==
        "Pod a: spec.containers: expected a list, got an object, at byte 71");
  CHECK(detail(event("ADDED", "{}")) == "Pod: metadata.name: missing");
  CHECK(detail(event("ADDED", R"({"kind":"Node","metadata":{"name":"n"}})")) == "expected a Pod, got Node n");
  CHECK(detail(event("RENAMED", small_pod)) == "watch event: no type that is known");
  CHECK(detail("{}") == "watch event: no type that is known");
  CHECK(detail("<html>") == "watch event: invalid value, at byte 0");
  CHECK(detail(event("ERROR", R"({"code":"x"})")).starts_with("ERROR event: code: expected an integer"));
}

TEST_CASE("watch event: a line cut at any byte is an error") {
  const std::string line = event("MODIFIED", std::string(full_pod));
  for (std::size_t length = 0; length < line.size(); ++length) {
    if (decode_watch_event<pod>(std::string_view(line).substr(0, length)).has_value()) FAIL(length);
  }
  CHECK(decode_watch_event<pod>(line).has_value());
}

TEST_CASE("watch event: a line larger than lines may be is refused unread") {
  const std::string line(line_splitter::default_max_line_bytes + 1, ' ');
  CHECK(decode_watch_event<pod>(line).error().code == errc::too_large);
}
