#include "controller/access/access_guard.hpp"
#include "test/support/fake_client.hpp"
#include "test/support/fake_time.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <doctest/doctest.h>

#include <map>

using namespace berth;
using namespace berth::controller;
namespace asio = boost::asio;

namespace {

/// A guard before a server that answers "in", and the API server that it asks.
struct rig {
  rig() {
    api.others = [this](const test::request& r) -> std::optional<k8s::result<std::string>> {
      if (r.path.ends_with("/tokenreviews"))
        return r.body.find("\"good\"") != std::string::npos
                   ? std::string(
                         R"({"kind":"TokenReview","status":{"authenticated":true,"user":{"username":"jane","groups":["devs"]}}})")
                   : std::string(R"({"kind":"TokenReview","status":{"user":{}}})");
      if (!r.path.ends_with("/subjectaccessreviews")) return std::nullopt;
      const bool may =
          r.body.find(R"("user":"jane")") != std::string::npos && r.body.find(R"("verb":"get")") != std::string::npos;
      return std::string(R"({"kind":"SubjectAccessReview","status":{"allowed":)") + (may ? "true}}" : "false}}");
    };
  }

  /// The status of the answer, after the time that the API server takes.
  http_answer ask(std::string target, std::string token = "", std::string method = "GET") {
    http_request request{std::move(method), std::move(target), ""};
    if (!token.empty()) request.headers.emplace_back("authorization", token);
    std::optional<http_answer> out;
    start(std::move(request), out);
    for (int i = 0; i < 100 && !out; ++i) {
      io.restart();
      io.poll();
      time.advance(milliseconds(100));
    }
    return out.value_or(http_answer{.status = 0, .body = ""});
  }
  void start(http_request request, std::optional<http_answer>& into) {
    asio::co_spawn(io, guard.answer(std::move(request)), [&into](std::exception_ptr, http_answer a) { into = a; });
  }

  asio::io_context io;
  test::fake_time time{io};
  controller::log lines{log_format::text, 0};
  test::fake_client api{time};
  access_guard guard{io.get_executor(),
                     time,
                     lines,
                     &api,
                     seconds(10),
                     &api,
                     authorizer_settings{{"/healthz", "/open/*"}, seconds(10), seconds(10)},
                     [](http_request) -> k8s::task<http_answer> { co_return http_answer{.body = "in"}; }};
};

}  // namespace

TEST_CASE("access guard: everybody may see health, and nothing else") {
  rig r;
  CHECK(r.ask("/healthz?verbose").body == "in");
  CHECK(r.ask("/open/x").status == 200);
  CHECK(r.api.requests.empty());
  for (const char* path : {"/metrics", "/healthz/ping", "/", "/nothing", "/configz", "/debug/trace/a/b"})
    for (const char* method : {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "STRANGE"}) {
      CAPTURE(path);
      CHECK(r.ask(path, "", method).status == 403);
    }
  CHECK(r.ask("/metrics").body.find(R"(User \"system:anonymous\" cannot get path \"/metrics\")") != std::string::npos);
  CHECK(r.ask("metrics").status == 400);
}

TEST_CASE("access guard: a token that the API server knows lets in, for what its user may") {
  rig r;
  CHECK(r.ask("/metrics", "Bearer good").status == 200);
  CHECK(r.ask("/metrics", "bearer good").status == 200);
  CHECK(r.ask("/metrics", "Bearer good", "POST").status == 403);
  const http_answer no = r.ask("/metrics", "Bearer bad");
  CHECK(no.status == 401);
  // As upstream: a bad token is refused even where everybody may see.
  CHECK(r.ask("/healthz", "Bearer bad").status == 401);
  // What is no bearer token is nothing.
  for (const char* odd : {"Basic good", "Bearer", "Bearer ", "good", "Bearergood"})
    CHECK(r.ask("/metrics", odd).status == 403);
}

TEST_CASE("access guard: what the API server said counts for ten seconds") {
  rig r;
  const auto asked = [&](const char* what) { return r.api.count("POST", what); };
  r.ask("/metrics", "Bearer good");
  r.ask("/metrics", "Bearer good");
  CHECK(asked("tokenreviews") == 1);
  CHECK(asked("subjectaccessreviews") == 1);
  r.ask("/metrics", "Bearer bad");
  r.ask("/metrics", "Bearer bad");
  CHECK(asked("tokenreviews") == 2);
  r.time.advance(seconds(10));
  r.ask("/metrics", "Bearer good");
  CHECK(asked("tokenreviews") == 3);
  CHECK(asked("subjectaccessreviews") == 2);
}

TEST_CASE("access guard: an API server that cannot be asked lets nobody in, and is asked again") {
  rig r;
  r.api.down = true;
  CHECK(r.ask("/metrics", "Bearer good").status == 401);
  CHECK(r.ask("/metrics").status == 500);
  CHECK(r.ask("/healthz").status == 200);
  r.api.down = false;
  CHECK(r.ask("/metrics", "Bearer good").status == 200);
}

TEST_CASE("access guard: requests that wait for the API server are few, and health is answered meanwhile") {
  rig r;
  r.api.latency = [](const test::request&) { return seconds(1000); };
  std::vector<std::optional<http_answer>> waiting(access_guard::max_reviews);
  for (std::size_t i = 0; i < waiting.size(); ++i)
    r.start({"GET", "/metrics", "", {{"authorization", "Bearer t" + std::to_string(i)}}}, waiting[i]);
  CHECK(r.ask("/metrics").status == 503);
  CHECK(r.ask("/healthz").status == 200);
  for (const auto& w : waiting) CHECK_FALSE(w);
  r.time.advance(seconds(3000));
  r.io.restart();
  r.io.poll();
}
