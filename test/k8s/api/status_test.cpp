#include "k8s/api/status.hpp"

#include "k8s/codec/decode.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace berth::k8s;

TEST_CASE("status: a Status object is read with its pause and its causes") {
  const auto s = decode_status(R"({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
    "message": "Too many requests", "reason": "TooManyRequests", "code": 429,
    "details": {"retryAfterSeconds": 3, "causes": [
      {"reason": "FieldValueInvalid", "field": "spec.x", "message": "bad"}, {"message": "only words"}]}})");
  REQUIRE(s.has_value());
  CHECK(*s ==
        api_status{429, "TooManyRequests", "Too many requests", 3, {"FieldValueInvalid: spec.x: bad", "only words"}});
}

TEST_CASE("status: without details there is no pause") {
  CHECK(decode_status(R"({"kind": "Status", "code": 404})")->retry_after_seconds == -1);
}

TEST_CASE("status: anything else is no Status") {
  CHECK(decode_status(R"({"kind": "Pod"})").error().detail == "expected a Status, got Pod");
  CHECK(decode_status("{}").error().detail == "expected a Status, got no kind");
  CHECK(decode_status("<html>").error().code == errc::malformed);
}

TEST_CASE("status: the code says what it means, and the reason where two share a code") {
  const auto meaning = [](int code, const char* reason) { return errc_of(api_status{code, reason, "", -1, {}}); };
  CHECK(meaning(400, "BadRequest") == errc::bad_request);
  CHECK(meaning(401, "Unauthorized") == errc::unauthorized);
  CHECK(meaning(403, "Forbidden") == errc::forbidden);
  CHECK(meaning(404, "NotFound") == errc::not_found);
  CHECK(meaning(409, "Conflict") == errc::conflict);
  CHECK(meaning(409, "AlreadyExists") == errc::already_exists);
  CHECK(meaning(410, "Expired") == errc::gone);
  CHECK(meaning(410, "Gone") == errc::gone);
  CHECK(meaning(413, "RequestEntityTooLarge") == errc::too_large);
  CHECK(meaning(422, "Invalid") == errc::bad_request);
  CHECK(meaning(429, "TooManyRequests") == errc::too_many_requests);
  CHECK(meaning(504, "Timeout") == errc::server_error);
  CHECK(meaning(0, "Expired") == errc::gone);
  CHECK(meaning(0, "") == errc::server_error);
  CHECK(meaning(200, "") == errc::server_error);
  CHECK(errc_of_http(201) == errc::ok);
  CHECK(errc_of_http(302) == errc::unexpected_answer);
}

TEST_CASE("status: as an error it is one line with code and pause") {
  const error e = to_error({409, "Conflict", "pod is being deleted", 2, {}}, "POST /binding");
  CHECK(e.code == errc::conflict);
  CHECK(e.detail == "POST /binding: Conflict: pod is being deleted");
  CHECK(e.http_status == 409);
  CHECK(e.retry_after_seconds == 2);
  CHECK(to_error({500, "", "two\nlines", -1, {}}, "GET").detail == "GET: no reason given: two?lines");
}

TEST_CASE("error: every code has a name of its own, and value() throws what it stands for") {
  std::set<std::string> names;
  for (int code = 0; code <= static_cast<int>(errc::tls_failure); ++code)
    names.insert(name_of(static_cast<errc>(code)));
  CHECK(names.size() == static_cast<std::size_t>(errc::tls_failure) + 1);
  CHECK_FALSE(names.contains("unknown"));
  const result<int> failed = error{errc::gone, "too old"};
  CHECK_THROWS_WITH_AS(failed.value(), "too old", client_error);
}
