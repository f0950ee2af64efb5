#include "test/support/memory_api/json.hpp"

#include <doctest/doctest.h>

#include <string>

using berth::memory_api::json;

namespace {

std::string why_not(std::string_view text) {
  std::string why;
  return json::parse(text, &why) ? "parsed" : why;
}

}  // namespace

TEST_CASE("json: what is read is written again") {
  for (const auto* text : {R"({"a":[1,-2,2.5,true,"x\"y"],"b":{}})", "[]", "\"\\u0000\"", "9223372036854775807"}) {
    CHECK(json::parse(text)->text() == text);
  }
}

TEST_CASE("json: a null member is as good as none") {
  const json with = *json::parse(R"({"a":null,"b":1})");
  CHECK(with == *json::parse(R"({"b":1})"));
  CHECK(with.find("a") == nullptr);
  CHECK(with.text() == R"({"b":1})");
  CHECK(json::parse(R"({"a":null})")->empty());
}

TEST_CASE("json: the order of members does not matter, the order of items does") {
  CHECK(*json::parse(R"({"a":1,"b":2})") == *json::parse(R"({"b":2,"a":1})"));
  CHECK_FALSE(*json::parse("[1,2]") == *json::parse("[2,1]"));
}

TEST_CASE("json: bad texts are refused with the reason") {
  CHECK(why_not("{") != "parsed");
  CHECK(why_not("{} x") != "parsed");
  CHECK(why_not("\"\xff\"") != "parsed");
  CHECK(why_not(R"({"a":1,"a":2})").find("repeated") != std::string::npos);
  CHECK(why_not(std::string(100'000, '[')).find("deeper than 64") != std::string::npos);
}

TEST_CASE("json: a number that crashes RapidJSON's fast path is read") {
  const std::string text = "0." + std::string(400, '0') + "1e-2147483639";
  CHECK(json::parse(text));
}

TEST_CASE("json: a member keeps its place while others come and go") {
  json object;
  json& first = object["first"];
  for (int i = 0; i < 100; ++i) object[std::to_string(i)] = i;
  first = "still here";
  CHECK(object["first"].string() == "still here");
}
