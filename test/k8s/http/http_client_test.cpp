#include "test/k8s/rig.hpp"

using namespace berth;
using namespace berth::k8s;
using namespace berth::test;
using namespace std::chrono_literals;

namespace {

const request_options once{.retry = false};

/// A Status as the API server sends it.
step status(const std::string& line, const std::string& reason, int code, const std::string& more = "") {
  return answer(line,
                R"({"kind":"Status","apiVersion":"v1","reason":")" + reason + R"(","message":"m","code":)" +
                    std::to_string(code) + "}",
                "Content-Type: application/json\r\n" + more);
}

}  // namespace

TEST_CASE("client: a connection is kept and used again") {
  rig r;
  r.server.next({request, ok("1"), request, ok("2"), request, ok("3"), hold});
  CHECK(r.get("/a").value() == "1");
  CHECK(r.get("/b").value() == "2");
  CHECK(r.post("body").value() == "3");
  CHECK(r.server.connections == 1);
  REQUIRE(r.server.requests.size() == 3);
  CHECK(r.server.requests[1].starts_with("GET /b HTTP/1.1\r\n"));
  CHECK(r.server.requests[2].starts_with("POST /x HTTP/1.1\r\n"));
  CHECK(r.server.requests[2].ends_with("\r\n\r\nbody"));
}

TEST_CASE("client: each verb is what it says, with its content type") {
  rig r;
  r.server.next({request, ok("{}"), request, ok("{}"), request, ok("{}"), request, ok("{}"), request, ok("{}"), hold});
  auto& api = r.api();
  CHECK(r.wait(api.replace("/x", "a", {})).has_value());
  CHECK(r.wait(api.remove("/x", "", {})).has_value());
  CHECK(r.wait(api.patch("/x", patch_type::strategic_merge, "a", {})).has_value());
  CHECK(r.wait(api.patch("/x", patch_type::merge, "a", {})).has_value());
  CHECK(r.wait(api.patch("/x", patch_type::json, "a", {})).has_value());
  const auto& sent = r.server.requests;
  REQUIRE(sent.size() == 5);
  CHECK(sent[0].starts_with("PUT /x "));
  CHECK(sent[1].starts_with("DELETE /x "));
  CHECK(sent[2].starts_with("PATCH /x "));
  CHECK(sent[2].find("Content-Type: application/strategic-merge-patch+json\r\n") != std::string::npos);
  CHECK(sent[3].find("Content-Type: application/merge-patch+json\r\n") != std::string::npos);
  CHECK(sent[4].find("Content-Type: application/json-patch+json\r\n") != std::string::npos);
}

TEST_CASE("client: a chunked answer is put together") {
  rig r;
  r.server.next({request, chunked, chunk("{\"a\":"), chunk("1}"), last_chunk, request, ok("2"), hold});
  CHECK(r.get().value() == "{\"a\":1}");
  CHECK(r.get().value() == "2");
  CHECK(r.server.connections == 1);
}

TEST_CASE("client: a connection that the server closed meanwhile is not used") {
  rig r;
  r.server.next({request, ok("1")});
  r.server.next({request, ok("2"), hold});
  CHECK(r.get().value() == "1");
  while (r.io.poll_one() > 0) {
  }
  CHECK(r.post().value() == "2");
  CHECK(r.server.connections == 2);
}

TEST_CASE("client: a connection that breaks as it is used again is replaced for GET, and only then") {
  rig r;
  r.server.next({request, ok("1"), request, cut});
  r.server.next({request, ok("2"), request, cut});
  CHECK(r.get().value() == "1");
  CHECK(r.get().value() == "2");
  const auto lost = r.post();
  REQUIRE_FALSE(lost.has_value());
  CHECK(lost.error().code == errc::connection_lost);
  CHECK(r.server.connections == 2);
}

TEST_CASE("client: a POST without an answer has an unknown outcome, and is not sent again") {
  for (const auto& end : {cut, reset}) {
    rig r;
    r.server.next({request, end});
    const auto lost = r.post();
    REQUIRE_FALSE(lost.has_value());
    CHECK(lost.error().code == errc::connection_lost);
    CHECK(lost.error().detail.starts_with("POST " + r.url() + "/x: "));
    CHECK(r.server.connections == 1);
  }
}

TEST_CASE("client: a GET without an answer is asked again after a second, ten times") {
  rig r;
  for (int i = 0; i < 11; ++i) r.server.next({request, cut});
  const auto lost = r.get();
  REQUIRE_FALSE(lost.has_value());
  CHECK(lost.error().code == errc::connection_lost);
  CHECK(r.server.connections == 11);
  CHECK(r.time.slept == std::vector<std::chrono::milliseconds>(10, 1000ms));
}

TEST_CASE("client: a body that is cut short is a lost connection, not a shorter body") {
  rig r;
  r.server.next(
      {request, send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{\"a\""), cut});
  r.server.next({request, chunked, send("ff\r\nabc"), cut});
  for (int i = 0; i < 2; ++i) {
    const auto lost = r.get("/x", once);
    REQUIRE_FALSE(lost.has_value());
    CHECK(lost.error().code == errc::connection_lost);
    CHECK(lost.error().detail == "GET " + r.url() + "/x: the answer was cut short");
  }
}

TEST_CASE("client: a server that speaks no HTTP is named with its first words") {
  rig r;
  r.server.next({request, send("+OK ready\r\n\r\n"), hold});
  const auto odd = r.get("/x", once);
  REQUIRE_FALSE(odd.has_value());
  CHECK(odd.error().code == errc::unexpected_answer);
  CHECK(odd.error().detail.find("\"+OK ready") != std::string::npos);
}

TEST_CASE("client: a bad chunk is refused") {
  rig r;
  r.server.next({request, chunked, send("zz\r\nabc\r\n"), hold});
  const auto odd = r.get("/x", once);
  REQUIRE_FALSE(odd.has_value());
  CHECK(odd.error().code == errc::unexpected_answer);
}

TEST_CASE("client: Retry-After of a 429 or 5xx is waited out, for writes too") {
  rig r;
  r.server.next({request, status("429 Too Many Requests", "TooManyRequests", 429, "Retry-After: 2\r\n"), request,
                 answer("503 Service Unavailable", "down", "Content-Type: text/plain\r\nRetry-After: 0\r\n"), request,
                 ok("{}"), hold});
  CHECK(r.post().has_value());
  CHECK(r.time.slept == std::vector<std::chrono::milliseconds>{2000ms, 0ms});
  CHECK(r.server.connections == 1);
  CHECK(r.server.requests.size() == 3);
}

TEST_CASE("client: without Retry-After, or where retries are not wanted, the refusal comes back") {
  rig r;
  r.server.next({request, status("429 Too Many Requests", "TooManyRequests", 429), request,
                 status("429 Too Many Requests", "TooManyRequests", 429, "Retry-After: 7\r\n"), hold});
  auto refused = r.post();
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == errc::too_many_requests);
  CHECK(refused.error().retry_after_seconds == -1);
  refused = r.post("{}", once);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().retry_after_seconds == 7);
  CHECK(r.time.slept.empty());
}

TEST_CASE("client: a conflict is told from an object that exists") {
  rig r;
  r.server.next(
      {request, status("409 Conflict", "AlreadyExists", 409), request, status("409 Conflict", "Conflict", 409), hold});
  CHECK(r.post().error().code == errc::already_exists);
  CHECK(r.post().error().code == errc::conflict);
}

TEST_CASE("client: HTML, redirects and other types are no answers of an API server") {
  rig r;
  r.server.next({request, answer("200 OK", "<html><title>Login</title>", "Content-Type: text/html\r\n"), request,
                 answer("301 Moved Permanently", "", "Location: https://elsewhere/\r\n"), request,
                 answer("200 OK", "x", "Content-Type: application/octet-stream\r\n"), hold});
  auto odd = r.get("/x", once);
  CHECK(odd.error().code == errc::unexpected_answer);
  CHECK(odd.error().detail ==
        "GET " + r.url() +
            "/x: 200 OK with content type text/html, no API server's answer: \"<html><title>Login</title>\"");
  odd = r.get("/x", once);
  CHECK(odd.error().code == errc::unexpected_answer);
  CHECK(odd.error().detail == "GET " + r.url() + "/x: 301 Moved Permanently: redirected to https://elsewhere/");
  CHECK(r.get("/x", once).error().code == errc::unexpected_answer);
}

TEST_CASE("client: bodies and headers above their caps are refused") {
  rig r;
  r.options.max_body = 1000;
  r.options.max_header = 2000;
  r.server.next({request, ok(std::string(1001, 'x')), hold});
  r.server.next({request, chunked, chunk(std::string(600, 'x')), chunk(std::string(600, 'x')), hold});
  r.server.next({request, answer("200 OK", "", "X: " + std::string(3000, 'x') + "\r\n"), hold});
  r.server.next({request, ok(std::string(1000, 'x')), hold});
  for (int i = 0; i < 3; ++i) {
    const auto refused = r.get("/x", once);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == errc::too_large);
  }
  CHECK(r.get("/x", once).value().size() == 1000);
}

TEST_CASE("client: a server that says nothing is given up at the deadline") {
  rig r;
  r.server.next({request, hold});
  r.server.next({request, ok("{}"), hold});
  const auto late = r.post("{}", {.timeout = 30ms});
  REQUIRE_FALSE(late.has_value());
  CHECK(late.error().code == errc::timed_out);
  CHECK(late.error().detail == "POST " + r.url() + "/x: read: timed out");
  CHECK(r.post().has_value());
}

TEST_CASE("client: a server that drips is given up at the deadline as well") {
  rig r;
  r.server.next({request, send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"), hold});
  CHECK(r.get("/x", {.timeout = 30ms, .retry = false}).error().code == errc::timed_out);
}

TEST_CASE("client: an earlier deadline after a later one counts") {
  rig r;
  r.server.next({request, ok("{}"), request, hold});
  CHECK(r.post("{}", {.timeout = 10min}).has_value());
  CHECK(r.post("{}", {.timeout = 30ms}).error().code == errc::timed_out);
}

TEST_CASE("client: where nobody listens the request was certainly not carried out") {
  rig r;
  r.server.stop_listening();
  const auto refused = r.post();
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == errc::unreachable);
  CHECK(refused.error().detail ==
        "POST " + r.url() + "/x: connect to " + r.server.authority() + ": Connection refused");
}

TEST_CASE("client: a name that does not exist is named") {
  rig r;
  r.settings.server.host = "no-such-host.invalid";
  const auto refused = r.post();
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == errc::unreachable);
  CHECK(refused.error().detail.find("look up no-such-host.invalid: ") != std::string::npos);
}

TEST_CASE("client: IPv6, and names with an address of either kind") {
  rig six(std::nullopt, "", true);
  six.server.next({request, ok("6"), hold});
  CHECK(six.get().value() == "6");
  CHECK(six.server.requests[0].find("Host: [::1]:" + std::to_string(six.server.port())) != std::string::npos);
  rig four;
  four.settings.server.host = "localhost";
  four.server.next({request, ok("4"), hold});
  CHECK(four.get().value() == "4");
}

TEST_CASE("client: an idle connection is not kept for ever") {
  rig r;
  r.options.idle_timeout = 0ms;
  r.server.next({request, ok("1"), hold});
  r.server.next({request, ok("2"), hold});
  CHECK(r.get().value() == "1");
  CHECK(r.get().value() == "2");
  CHECK(r.server.connections == 2);
}

TEST_CASE("client: its name is given in every request") {
  rig r;
  r.options.user_agent = "berth/1.2.3";
  r.server.next({request, ok("1"), hold});
  r.get();
  CHECK(r.server.requests[0].find("\r\nUser-Agent: berth/1.2.3\r\n") != std::string::npos);
}

TEST_CASE("client: an http server behind a proxy is asked for by its URL") {
  rig r;
  r.settings.proxy = parse_server_url("http://me:pw@" + r.server.authority(), "proxy");
  r.settings.server = parse_server_url("http://api.invalid:8080", "server");
  r.server.next({request, ok("1"), hold});
  CHECK(r.get().value() == "1");
  CHECK(r.server.requests[0].starts_with("GET http://api.invalid:8080/x HTTP/1.1\r\nHost: api.invalid:8080\r\n"));
  CHECK(r.server.requests[0].find("\r\nProxy-Authorization: Basic bWU6cHc=\r\n") != std::string::npos);
}

TEST_CASE(
    "client: a write is not sent once the lease has run out, also where it waited for its turn; reads and the lease "
    "are") {
  rig r;
  leadership lead;
  r.options.lead = &lead;
  r.server.next({request, ok("{}"), request, ok("{}"), request, ok("{}"), hold});
  r.server.next({request, ok("{}"), hold});  // the lease has a connection of its own
  lead.extend(r.time.now() + 10s);
  CHECK(r.post("first").has_value());
  r.time.forward(10s);
  const auto refused = r.post("late");
  REQUIRE(!refused);
  CHECK(refused.error().code == errc::unreachable);
  CHECK(refused.error().detail.ends_with("not sent: the lease has run out"));
  for (const char* verb : {"PUT", "PATCH", "DELETE"}) {
    CAPTURE(verb);
    const std::string v = verb;
    auto written = v == "PUT"     ? r.wait(r.api().replace("/x", "late", once))
                   : v == "PATCH" ? r.wait(r.api().patch("/x", patch_type::merge, "late", once))
                                  : r.wait(r.api().remove("/x", "late", once));
    CHECK_FALSE(written.has_value());
  }
  CHECK(r.get("/x", {.lane = lane::reads}).has_value());
  CHECK(r.wait(r.api().replace("/lease", "{}", {.lane = lane::lease})).has_value());
  lead.extend(r.time.now() + 10s);
  CHECK(r.post("second").has_value());
  for (const auto& sent : r.server.requests) CHECK(sent.find("late") == std::string::npos);
  lead.end();
  CHECK_FALSE(r.post("late").has_value());
}
