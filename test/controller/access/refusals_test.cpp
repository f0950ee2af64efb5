#include "controller/access/refusals.hpp"
#include "controller/access/remembered.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::controller;

TEST_CASE("refusals: 401 and 403 are the Status objects that kube-scheduler answers") {
  CHECK(unauthorized().status == 401);
  CHECK(
      unauthorized().body ==
      R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Unauthorized","reason":"Unauthorized","code":401})"
      "\n");
  const http_answer no = forbidden("system:anonymous", "get", "/metrics", "");
  CHECK(no.status == 403);
  CHECK(no.content_type == "application/json");
  CHECK(
      no.body ==
      R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"forbidden: User \"system:anonymous\" cannot get path \"/metrics\"","reason":"Forbidden","details":{},"code":403})"
      "\n");
}

TEST_CASE("refusals: nothing that was asked for looks like HTML or a line of its own in them") {
  CHECK(forbidden("<b>", "get", "/a\nb", "RBAC: x")
            .body.find(R"(User \"&lt;b&gt;\" cannot get path \"/a\\nb\": RBAC: x)") != std::string::npos);
  CHECK(cannot_tell("/x?<", "down").body == "Internal Server Error: \"/x?&lt;\": down\n");
}

TEST_CASE("refusals: a path is what its target says, decoded") {
  CHECK(decoded_path("/metrics?verbose=%41") == "/metrics");
  CHECK(decoded_path("/%6Detrics") == "/metrics");
  CHECK(decoded_path("/a%2Fb") == "/a/b");
  CHECK(decoded_path("//metrics") == "//metrics");
  for (const char* bad : {"", "*", "metrics", "http://x/metrics", "/%", "/%4", "/%zz"}) CHECK_FALSE(decoded_path(bad));
}

TEST_CASE("remembered: an answer counts for its time, and the oldest make room") {
  using namespace std::chrono_literals;
  const k8s::clock::time_point now{};
  remembered<int> r(2, 10);
  r.keep("a", 1, now, 10s);
  CHECK(*r.find("a", now + 9s) == 1);
  CHECK(r.find("a", now + 10s) == nullptr);
  r.keep("a", 2, now, 20s);
  CHECK(*r.find("a", now + 19s) == 2);
  r.keep("b", 3, now, 10s);
  r.keep("c", 4, now, 10s);
  CHECK(r.find("a", now) == nullptr);
  CHECK(r.size() == 2);
  r.keep("0123456789", 5, now, 10s);
  CHECK(r.bytes() == 10);
  CHECK(r.size() == 1);
  r.keep("0123456789+", 6, now, 10s);
  CHECK(r.find("0123456789+", now) == nullptr);
  r.keep("d", 7, now, 0s);
  CHECK(r.find("d", now) == nullptr);
}
