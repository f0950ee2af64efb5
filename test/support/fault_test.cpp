#include "test/support/memory_api/fault.hpp"

#include <doctest/doctest.h>

using namespace berth::memory_api;

TEST_CASE("faults: apply to what they match, as often as they say, and not before") {
  faults rules;
  rules.add({.kind = fault_kind::answer, .method = "GET", .path = "/pods", .times = 2, .skip = 1, .status = 429});
  CHECK_FALSE(rules.match("POST", "/api/v1/pods"));
  CHECK_FALSE(rules.match("GET", "/api/v1/nodes"));
  CHECK_FALSE(rules.match("GET", "/api/v1/pods"));
  CHECK(rules.match("GET", "/api/v1/pods")->status == 429);
  CHECK(rules.match("GET", "/api/v1/pods"));
  CHECK_FALSE(rules.match("GET", "/api/v1/pods"));
}

TEST_CASE("faults: of any method do not touch the lines of watches") {
  faults rules;
  rules.add({.kind = fault_kind::cut, .times = -1});
  CHECK_FALSE(rules.match("WATCH", "/api/v1/pods"));
  CHECK(rules.match("DELETE", "/api/v1/pods"));
  rules.clear();
  rules.add({.kind = fault_kind::cut, .method = "WATCH", .path = ""});
  CHECK(rules.match("WATCH", "/api/v1/pods"));
}

TEST_CASE("faults: are read from JSON, and refused with a wrong field or value") {
  const auto f = parse_fault(*json::parse(
      R"({"kind":"answer","method":"GET","path":"/x","status":503,"retryAfter":2,"times":-1,"body":"<html>","contentType":"text/html"})"));
  REQUIRE(f);
  CHECK(f->status == 503);
  CHECK(f->retry_after == 2);
  CHECK(body_of(*f) == "<html>");
  CHECK_FALSE(parse_fault(*json::parse(R"({"kind":"explode"})")));
  CHECK_FALSE(parse_fault(*json::parse(R"({"colour":"red"})")));
  CHECK_FALSE(parse_fault(*json::parse(R"({"status":true})")));
  CHECK_FALSE(parse_fault(*json::parse("[]")));
}

TEST_CASE("faults: without a body they answer a Status that fits") {
  const json status = *json::parse(body_of({.status = 429}));
  CHECK(status["reason"].string() == "TooManyRequests");
  CHECK(status["code"].integer() == 429);
}
