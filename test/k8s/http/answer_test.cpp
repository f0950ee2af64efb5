#include "k8s/http/answer.hpp"
#include "test/support/protobuf_bytes.hpp"

#include <doctest/doctest.h>

using namespace berth::k8s;

namespace {

response_head head_of(int status, std::string type, std::string reason = "") {
  response_head head;
  head.status = status;
  head.reason = std::move(reason);
  head.content_type = std::move(type);
  return head;
}

std::string status_body(int code, const std::string& reason, const std::string& message) {
  return R"({"kind":"Status","apiVersion":"v1","status":"Failure","message":")" + message + R"(","reason":")" + reason +
         R"(","code":)" + std::to_string(code) + "}";
}

}  // namespace

TEST_CASE("answer: a Status says what kind of refusal it is") {
  struct example {
    int code;
    const char* reason;
    errc kind;
  };
  for (const auto& e :
       {example{409, "AlreadyExists", errc::already_exists}, example{409, "Conflict", errc::conflict},
        example{410, "Expired", errc::gone}, example{404, "NotFound", errc::not_found},
        example{403, "Forbidden", errc::forbidden}, example{401, "Unauthorized", errc::unauthorized},
        example{400, "BadRequest", errc::bad_request}, example{413, "RequestEntityTooLarge", errc::too_large},
        example{422, "Invalid", errc::bad_request}, example{500, "InternalError", errc::server_error},
        example{504, "Timeout", errc::server_error}, example{429, "TooManyRequests", errc::too_many_requests}}) {
    CAPTURE(e.reason);
    const auto why =
        refusal(head_of(e.code, "application/json"), status_body(e.code, e.reason, "because"), "POST https://h/x");
    CHECK(why.code == e.kind);
    CHECK(why.http_status == e.code);
    CHECK(why.detail == std::string("POST https://h/x: ") + e.reason + ": because");
  }
}

TEST_CASE("answer: Retry-After of the header counts, else that of the Status") {
  auto head = head_of(429, "application/json");
  const std::string body =
      R"({"kind":"Status","reason":"TooManyRequests","message":"m","code":429,"details":{"retryAfterSeconds":9}})";
  CHECK(refusal(head, body, "GET x").retry_after_seconds == 9);
  head.retry_after_seconds = 3;
  CHECK(refusal(head, body, "GET x").retry_after_seconds == 3);
}

TEST_CASE("answer: without a Status the first words are shown, on one line") {
  const auto why =
      refusal(head_of(404, "text/plain; charset=utf-8", "Not Found"), "404 page\n\n not found\n", "GET https://h/nix");
  CHECK(why.code == errc::not_found);
  CHECK(why.detail == "GET https://h/nix: 404 Not Found: 404 page not found");
}

TEST_CASE("answer: a throttled request names the flow schema") {
  auto head = head_of(429, "text/plain", "Too Many Requests");
  head.flow_schema = "abc";
  const auto why = refusal(head, "Too many requests, please try again later.\n", "GET x");
  CHECK(why.code == errc::too_many_requests);
  CHECK(why.detail.ends_with("try again later. (flow schema abc)"));
}

TEST_CASE("answer: HTML is no API server's, unless a gateway says that the server is down") {
  const std::string html = "<!DOCTYPE html>\n<html><body>Login</body></html>";
  CHECK(refusal(head_of(403, "text/html"), html, "GET x").code == errc::unexpected_answer);
  CHECK(refusal(head_of(404, "Text/HTML; charset=utf-8"), html, "GET x").code == errc::unexpected_answer);
  CHECK(refusal(head_of(502, "text/html", "Bad Gateway"), html, "GET x").code == errc::server_error);
  CHECK(refusal(head_of(502, "text/html", "Bad Gateway"), html, "GET x").detail ==
        "GET x: 502 Bad Gateway: <!DOCTYPE html> <html><body>Login</body></html>");
}

TEST_CASE("answer: a redirect is not followed, and says where to") {
  auto head = head_of(302, "text/html", "Found");
  head.location = "https://login.example.org/";
  const auto why = refusal(head, "", "GET x");
  CHECK(why.code == errc::unexpected_answer);
  CHECK(why.detail == "GET x: 302 Found: redirected to https://login.example.org/");
}

TEST_CASE("answer: long bodies are cut, control characters do not pass") {
  std::string body(1000, 'x');
  body += "\r\n\x1b[31m";
  const auto why = refusal(head_of(500, "text/plain", "Internal Server Error"), body, "GET x");
  CHECK(why.detail.size() < 220);
  CHECK(why.detail.ends_with("..."));
  const auto coloured = refusal(head_of(500, "text/plain"), "a\x1b[31mb", "GET x");
  CHECK(coloured.detail == "GET x: 500: a [31mb");
}

TEST_CASE("answer: JSON that is no Status is shown by its first words") {
  CHECK(refusal(head_of(400, "application/json", "Bad Request"), R"({"message":"no"})", "GET x").detail ==
        R"(GET x: 400 Bad Request: {"message":"no"})");
  CHECK(refusal(head_of(400, "application/json", "Bad Request"), "{", "GET x").code == errc::bad_request);
}

TEST_CASE("answer: a success must have a plausible type") {
  CHECK(plausible(head_of(200, "application/json")));
  CHECK(plausible(head_of(200, "")));
  CHECK(plausible(head_of(200, "text/plain")));
  CHECK_FALSE(plausible(head_of(200, "application/jsonp")));
  CHECK_FALSE(plausible(head_of(200, "text/html")));
  CHECK_FALSE(plausible(head_of(200, "application/vnd.kubernetes.protobuf")));
  const auto why = wrong_content(head_of(200, "text/html", "OK"), "<html>", "GET https://h/api");
  CHECK(why.code == errc::unexpected_answer);
  CHECK(why.detail == "GET https://h/api: 200 OK with content type text/html, no API server's answer: \"<html>\"");
}

TEST_CASE("answer: a list or watch is read in the form that its type names, if that was asked for") {
  const std::string protobuf = "application/vnd.kubernetes.protobuf";
  const auto form = [](const std::string& type, encoding asked, int status = 200) {
    return streamed_form(head_of(status, type), asked);
  };
  for (const encoding asked : {encoding::json, encoding::protobuf}) {
    CHECK(form("application/json", asked) == encoding::json);
    CHECK(form("application/json; charset=utf-8", asked) == encoding::json);
    CHECK(form("Application/JSON;stream=watch", asked) == encoding::json);
    for (const char* none : {"", "text/plain", "text/html", "application/jsonp", "application/vnd.kubernetes.protobufs",
                             "application/cbor-seq", "application/protobuf"})
      CHECK_FALSE(form(none, asked));
    CHECK_FALSE(form("application/json", asked, 410));
    CHECK_FALSE(form(protobuf, asked, 403));
  }
  CHECK(form(protobuf, encoding::protobuf) == encoding::protobuf);
  CHECK(form(protobuf + ";stream=watch", encoding::protobuf) == encoding::protobuf);
  CHECK_FALSE(form(protobuf, encoding::json));
  CHECK(wrong_content(head_of(200, protobuf, "OK"), "k8s", "GET x").detail ==
        "GET x: 200 OK with content type application/vnd.kubernetes.protobuf, which was not asked for");
}

TEST_CASE("answer: a Status in protobuf says the same as one in JSON") {
  using namespace berth::test;
  const auto head = head_of(429, "application/vnd.kubernetes.protobuf", "Too Many Requests");
  const std::string status = field(2, "Failure") + field(3, "because") + field(4, "TooManyRequests") +
                             field(5, integer(5, 9)) + integer(6, 429);
  const auto why = refusal(head, enveloped("Status", status), "GET x");
  CHECK(why.code == errc::too_many_requests);
  CHECK(why.detail == "GET x: TooManyRequests: because");
  CHECK(why.http_status == 429);
  CHECK(why.retry_after_seconds == 9);
  for (const std::string& other : {std::string("k8s"), std::string(), enveloped("Pod", "")}) {
    const auto no_status = refusal(head, other, "GET x");
    CHECK(no_status.code == errc::too_many_requests);
    CHECK(no_status.detail == "GET x: 429 Too Many Requests: protobuf that is no Status");
  }
}
