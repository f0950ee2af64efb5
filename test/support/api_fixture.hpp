#pragma once

#include "test/support/memory_api/api.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

/// The API of the in-memory server without the server: for tests of what it answers.
namespace berth::memory_api {

inline json parsed(std::string_view text) {
  std::string why;
  auto value = json::parse(text, &why);
  REQUIRE_MESSAGE(value, why);
  return *value;
}

/// Time stands at 2026-01-01T00:00:00Z until a test moves it.
struct api_fixture {
  explicit api_fixture(std::size_t window = 1000) : objects(window), under_test(objects, with) {}

  answer send(std::string method, std::string target, std::string body = {}, std::string type = "application/json",
              std::string accept = {}) {
    return under_test.handle(
        {std::move(method), std::move(target), std::move(accept), std::move(type), std::move(body)});
  }
  /// The body of an answer that must have this status.
  json expect(int status, const answer& a) {
    CHECK_MESSAGE(a.status == status, a.body);
    return parsed(a.body);
  }
  json pod(const std::string& name, std::string_view more = "") {
    return expect(201,
                  send("POST", "/api/v1/namespaces/default/pods",
                       R"({"metadata":{"name":")" + name + R"("},"spec":{"containers":[{"name":"c","image":"nginx"}])" +
                           std::string(more) + "}}"));
  }
  answer bind(const std::string& name, std::string_view node, std::string_view uid = "") {
    return send("POST", "/api/v1/namespaces/default/pods/" + name + "/binding",
                R"({"metadata":{"name":")" + name + R"(","uid":")" + std::string(uid) + R"("},"target":{"name":")" +
                    std::string(node) + R"("}})");
  }
  /// The lines that a watch of this target sends now.
  std::vector<json> lines(watch& w) {
    std::vector<json> all;
    for (const auto& line : w.next()) all.push_back(parsed(line));
    return all;
  }
  watch watching(std::string target) {
    auto a = send("GET", std::move(target));
    REQUIRE_MESSAGE(a.watching, a.body);
    return {objects, std::move(*a.watching), with.now};
  }

  store objects;
  k8s::timestamp time = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);
  world with{.now = [this] { return time; }, .random = std::mt19937_64(7)};
  api under_test;
};

}  // namespace berth::memory_api
