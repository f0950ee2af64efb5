#include "k8s/codec/list_splitter.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace berth::k8s;

namespace {

struct outcome {
  std::vector<std::string> items;
  list_head head;
  error failure;

  bool operator==(const outcome& o) const {
    return items == o.items && head.resource_version == o.head.resource_version &&
           head.continue_token == o.head.continue_token && head.kind == o.head.kind && failure.code == o.failure.code &&
           failure.detail == o.failure.detail && failure.retry_after_seconds == o.failure.retry_after_seconds;
  }
};

/// Fed in pieces of `size` bytes.
outcome split(std::string_view text, std::size_t size) {
  outcome o;
  list_splitter splitter([&](std::string_view item) { o.items.emplace_back(item); });
  for (std::size_t at = 0; at < text.size(); at += size) {
    const auto fed = splitter.feed(text.substr(at, size));
    if (!fed) {
      o.failure = fed.error();
      return o;
    }
  }
  const auto head = splitter.finish();
  if (head) {
    o.head = *head;
  } else {
    o.failure = head.error();
  }
  CHECK(splitter.items() == o.items.size());
  return o;
}

outcome split(std::string_view text) {
  const outcome whole = split(text, text.size() + 1);
  for (const std::size_t size : {1U, 2U, 3U, 5U, 7U, 64U}) CHECK(split(text, size) == whole);
  return whole;
}

constexpr std::string_view list = R"( {"kind": "PodList", "apiVersion": "v1",
  "metadata": {"resourceVersion": "42", "continue": "abc", "items": [1]},
  "items": [{"a": "}]\"{"}, {"b": [{"items": []}, "\\"]} ,{} ] } )";

}  // namespace

TEST_CASE("list splitter: gives each item and the head, however the bytes are cut") {
  const outcome o = split(list);
  CHECK(o.failure.code == errc::ok);
  CHECK(o.items == std::vector<std::string>{R"({"a": "}]\"{"})", R"({"b": [{"items": []}, "\\"]})", "{}"});
  CHECK(o.head.kind == "PodList");
  CHECK(o.head.resource_version == "42");
  CHECK(o.head.continue_token == "abc");
}

TEST_CASE("list splitter: cut in two at any byte gives the same") {
  const outcome whole = split(list);
  for (std::size_t at = 0; at <= list.size(); ++at) {
    std::vector<std::string> items;
    list_splitter splitter([&](std::string_view item) { items.emplace_back(item); });
    REQUIRE(splitter.feed(list.substr(0, at)).has_value());
    REQUIRE(splitter.feed(list.substr(at)).has_value());
    REQUIRE(splitter.finish().has_value());
    if (items != whole.items) FAIL(at);
  }
}

TEST_CASE("list splitter: empty and absent items, and a kind that comes last, as kubectl writes it") {
  CHECK(split(R"({"kind":"PodList","metadata":{"resourceVersion":"1"},"items":[]})").items.empty());
  CHECK(split(R"({"kind":"PodList","metadata":{"resourceVersion":"1"},"items":null})").head.resource_version == "1");
  const outcome o = split(R"({"apiVersion":"v1","items":[{}],"kind":"List","metadata":{"resourceVersion":""}})");
  CHECK(o.head.kind == "List");
  CHECK(o.items.size() == 1);
}

TEST_CASE("list splitter: a list cut short is told from a whole one at every byte") {
  const std::size_t end = list.rfind('}');
  for (std::size_t length = 1; length <= end; ++length) {
    const outcome o = split(list.substr(0, length), length);
    if (o.failure.code != errc::connection_lost) FAIL(length);
  }
  CHECK(split("").failure.detail == "list: cut short after 0 items");
  CHECK(split(R"({"items":[{},{)").failure.detail == "list: cut short after 1 items");
}

TEST_CASE("list splitter: a Status instead of a list is what the Status says") {
  const outcome o = split(R"({"kind":"Status","status":"Failure","message":"The provided continue parameter is too old",
    "reason":"Expired","code":410,"details":{"retryAfterSeconds":4}})");
  CHECK(o.failure.code == errc::gone);
  CHECK(o.failure.detail == "list: Expired: The provided continue parameter is too old");
  CHECK(o.failure.retry_after_seconds == 4);
}

TEST_CASE("list splitter: HTML and other kinds are refused with how they begin") {
  CHECK(split("<html><body>Sign in</body></html>").failure.detail ==
        "expected a list, got \"<html><body>Sign in</body></html>\"");
  CHECK(split("<html>" + std::string(100'000, 'x')).failure.detail ==
        "expected a list, got \"<html>" + std::string(74, 'x') + "...\"");
  CHECK(split("[1,2]").failure.code == errc::unexpected_answer);
  CHECK(split(R"({"kind":"Pod","metadata":{"name":"p"}})").failure.detail == "expected a list, got Pod");
  CHECK(split("{}").failure.detail == "expected a list, got no kind");
}

TEST_CASE("list splitter: a list that is no JSON is refused with the place") {
  CHECK(split(R"({"kind":"PodList","items":[1]})").failure.detail == "list: items[0]: expected an object");
  CHECK(split(R"({"kind":"PodList","items":[{} {}]})").failure.detail ==
        "list: items[1]: expected a comma or the end of the list");
  CHECK(split(R"({"kind":"PodList","items":[{},]})").failure.detail == "list: items[1]: expected an object");
  CHECK(split(R"({"kind":"PodList","items":[,]})").failure.detail == "list: items[0]: expected an object");
  CHECK(split(R"({"kind":"PodList","items":[]} {})").failure.detail == "list: more after its end");
  CHECK(split(R"({"kind":"PodList","items":[],"items":[]})").failure.detail == "list: items twice");
  CHECK(split(R"({"kind":"PodList" "items":[]})").failure.code == errc::malformed);
  CHECK(split(R"({"kind":"PodList","it\u0065ms":["a"],"metadata":7})").failure.code == errc::malformed);
  CHECK(split("}").failure.code == errc::unexpected_answer);
}

TEST_CASE("list splitter: an item above the cap is handed on cut, and the list goes on") {
  const std::string large =
      R"({"metadata":{"name":"big"},"x":")" + std::string(list_splitter::max_item_bytes * 2, 'x') + "\"}";
  const std::string text = R"({"kind":"PodList","items":[{"a":1},)" + large + R"(,{"b":2}]})";
  for (const std::size_t size : {text.size(), std::size_t{16'384}}) {
    const outcome o = split(text, size);
    CHECK(o.failure.code == errc::ok);
    REQUIRE(o.items.size() == 3);
    CHECK(o.items[0] == R"({"a":1})");
    CHECK(o.items[1] == large.substr(0, list_splitter::max_item_bytes + 1));
    CHECK(o.items[2] == R"({"b":2})");
  }
}

TEST_CASE("list splitter: depth costs nothing in an item and is refused beside them") {
  const std::string deep = R"({"a":)" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  CHECK(split(R"({"kind":"PodList","items":[)" + deep + "]}").items == std::vector{deep});
  CHECK(split(R"({"kind":"PodList","items":[],"x":)" + deep.substr(0, 10'000) + "}").failure.code ==
        errc::connection_lost);
  CHECK(split(R"({"kind":"PodList","x":)" + std::string(100, '[') + std::string(100, ']') + "}").failure.code ==
        errc::too_large);
  CHECK(split(R"({"kind":"PodList","x":")" + std::string(100'000, 'x')).failure.code == errc::too_large);
}
