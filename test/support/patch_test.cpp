#include "test/support/memory_api/patch.hpp"
#include "test/support/memory_api/refusal.hpp"

#include <doctest/doctest.h>

#include <string>

using berth::memory_api::json;
using berth::memory_api::refusal;

namespace {

json j(std::string_view text) { return *json::parse(text); }

void strategic(std::string_view object, std::string_view patch, std::string_view expected) {
  CHECK(berth::memory_api::strategic_merge_patched(j(object), j(patch)).text() == j(expected).text());
}

}  // namespace

TEST_CASE("merge patch: the examples of RFC 7386") {
  const auto merged = [](const char* object, const char* patch) {
    return berth::memory_api::merge_patched(j(object), j(patch)).text();
  };
  CHECK(merged(R"({"a":"b"})", R"({"a":"c"})") == R"({"a":"c"})");
  CHECK(merged(R"({"a":"b","b":"c"})", R"({"a":null})") == R"({"b":"c"})");
  CHECK(merged(R"({"a":["b"]})", R"({"a":"c"})") == R"({"a":"c"})");
  CHECK(merged(R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})") == R"({"a":{"b":"d"}})");
  CHECK(merged(R"({"a":"foo"})", R"({"a":{"bb":{"ccc":null}}})") == R"({"a":{"bb":{}}})");
  CHECK_THROWS_AS(merged("{}", "[]"), refusal);
}

TEST_CASE("JSON patch: add, remove, replace, move, copy, test") {
  const auto patched = [](const char* object, const char* patch) {
    return berth::memory_api::json_patched(j(object), j(patch)).text();
  };
  CHECK(patched(R"({"a":[1,3]})", R"([{"op":"add","path":"/a/1","value":2}])") == R"({"a":[1,2,3]})");
  CHECK(patched(R"({"a":[1]})", R"([{"op":"add","path":"/a/-","value":2}])") == R"({"a":[1,2]})");
  CHECK(patched(R"({"a":1,"b":2})", R"([{"op":"remove","path":"/a"}])") == R"({"b":2})");
  CHECK(patched(R"({"a/b":1})", R"([{"op":"replace","path":"/a~1b","value":{"c":2}}])") == R"({"a/b":{"c":2}})");
  CHECK(patched(R"({"a":1})", R"([{"op":"move","from":"/a","path":"/b"}])") == R"({"b":1})");
  CHECK(patched(R"({"a":1})", R"([{"op":"copy","from":"/a","path":"/b"}])") == R"({"a":1,"b":1})");
  CHECK_THROWS_AS(patched(R"({"a":1})", R"([{"op":"test","path":"/a","value":2}])"), refusal);
  CHECK_THROWS_AS(patched("{}", R"([{"op":"remove","path":"/a"}])"), refusal);
  CHECK_THROWS_AS(patched("{}", R"([{"op":"invent","path":"/a"}])"), refusal);
  CHECK_THROWS_AS(patched("{}", R"({"op":"add"})"), refusal);
}

TEST_CASE("strategic merge: conditions are merged by type") {
  strategic(
      R"({"status":{"conditions":[{"type":"Ready","status":"True"},{"type":"PodScheduled","status":"False"}]}})",
      R"({"status":{"conditions":[{"type":"PodScheduled","status":"True"},{"type":"New","status":"True"}]}})",
      R"({"status":{"conditions":[{"type":"Ready","status":"True"},{"type":"PodScheduled","status":"True"},{"type":"New","status":"True"}]}})");
}

TEST_CASE("strategic merge: a list without a merge key is replaced") {
  strategic(R"({"spec":{"taints":[{"key":"a"}]}})", R"({"spec":{"taints":[{"key":"b"}]}})",
            R"({"spec":{"taints":[{"key":"b"}]}})");
}

TEST_CASE("strategic merge: $patch deletes one element, or replaces the list") {
  strategic(R"({"containers":[{"name":"a"},{"name":"b"}]})", R"({"containers":[{"name":"a","$patch":"delete"}]})",
            R"({"containers":[{"name":"b"}]})");
  strategic(R"({"containers":[{"name":"a"},{"name":"b"}]})", R"({"containers":[{"$patch":"replace"},{"name":"c"}]})",
            R"({"containers":[{"name":"c"}]})");
  strategic(R"({"a":{"b":1,"c":2}})", R"({"a":{"$patch":"replace","d":3}})", R"({"a":{"d":3}})");
}

TEST_CASE("strategic merge: directives of kubectl apply") {
  strategic(R"({"finalizers":["a","b"]})", R"({"$deleteFromPrimitiveList/finalizers":["a"],"finalizers":["c"]})",
            R"({"finalizers":["b","c"]})");
  strategic(R"({"strategy":{"type":"RollingUpdate","rollingUpdate":{}}})",
            R"({"strategy":{"$retainKeys":["type"],"type":"Recreate"}})", R"({"strategy":{"type":"Recreate"}})");
  strategic(R"({"env":[{"name":"A","value":"1"},{"name":"B","value":"2"}]})",
            R"({"$setElementOrder/env":[{"name":"B"},{"name":"C"},{"name":"A"}],"env":[{"name":"C","value":"3"}]})",
            R"({"env":[{"name":"B","value":"2"},{"name":"C","value":"3"},{"name":"A","value":"1"}]})");
}

TEST_CASE("strategic merge: ports are told apart by containerPort in a container and by port in a service") {
  strategic(R"({"ports":[{"containerPort":80,"name":"x"}]})", R"({"ports":[{"containerPort":80,"name":"y"}]})",
            R"({"ports":[{"containerPort":80,"name":"y"}]})");
  strategic(R"({"ports":[{"port":80}]})", R"({"ports":[{"port":81}]})", R"({"ports":[{"port":80},{"port":81}]})");
}

TEST_CASE("strategic merge: an element without its merge key is refused") {
  CHECK_THROWS_AS(berth::memory_api::strategic_merge_patched(j("{}"), j(R"({"containers":[{"image":"x"}]})")), refusal);
}
