#include "k8s/codec/protobuf_list_splitter.hpp"
#include "k8s/codec/list_splitter.hpp"
#include "test/support/protobuf_bytes.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

using namespace berth::k8s;
using namespace berth::test;

namespace {

struct outcome {
  std::vector<std::string> items;  ///< "Pod:bytes"
  std::string head;                ///< kind/version/token
  error failure;

  bool operator==(const outcome& o) const {
    return items == o.items && head == o.head && failure.code == o.failure.code && failure.detail == o.failure.detail;
  }
};

/// Fed in pieces of `size` bytes.
outcome split(std::string_view bytes, std::size_t size) {
  outcome o;
  protobuf_list_splitter splitter([&](const encoded& item) {
    CHECK(item.form == encoding::protobuf);
    o.items.push_back(std::string(item.kind) + ":" + std::string(item.bytes));
  });
  for (std::size_t at = 0; at < bytes.size(); at += size) {
    if (const auto fed = splitter.feed(bytes.substr(at, size)); !fed) {
      o.failure = fed.error();
      return o;
    }
  }
  if (const auto head = splitter.finish())
    o.head = head->kind + "/" + head->resource_version + "/" + head->continue_token;
  else
    o.failure = head.error();
  CHECK(splitter.items() == o.items.size());
  return o;
}

outcome split(std::string_view bytes) {
  const outcome whole = split(bytes, bytes.size() + 1);
  for (const std::size_t size : {1U, 2U, 3U, 5U, 7U, 64U}) CHECK(split(bytes, size) == whole);
  return whole;
}

const std::string metadata = field(1, field(2, "42") + field(3, "abc") + integer(4, 9));
const std::string items = field(2, "one") + field(2, "") + field(2, std::string(300, 'x'));
const std::vector<std::string> read_items{"Pod:one", "Pod:", "Pod:" + std::string(300, 'x')};

}  // namespace

TEST_CASE("protobuf list splitter: gives each item with its kind, and the head, however the bytes are cut") {
  const outcome o = split(enveloped("PodList", metadata + items));
  CHECK(o.failure.code == errc::ok);
  CHECK(o.items == read_items);
  CHECK(o.head == "PodList/42/abc");
}

TEST_CASE("protobuf list splitter: metadata may come last or in parts, and unknown fields anywhere") {
  const std::string unknown =
      integer(70, 5) + field(71, "x") + varint(72 << 3 | 1U) + "12345678" + varint(73 << 3 | 5U) + "1234";
  const std::string list = unknown + items + unknown + field(1, field(2, "41")) + metadata + unknown;
  const outcome o = split(std::string("k8s\0", 4) + unknown + field(1, field(2, "PodList")) + field(2, list) + unknown);
  CHECK(o.failure.code == errc::ok);
  CHECK(o.items == read_items);
  CHECK(o.head == "PodList/42/abc");
}

TEST_CASE("protobuf list splitter: a list without items, or without anything") {
  CHECK(split(enveloped("NodeList", metadata)).head == "NodeList/42/abc");
  CHECK(split(enveloped("NodeList", "")).head == "NodeList//");
}

TEST_CASE("protobuf list splitter: a list cut short anywhere is a lost connection") {
  const std::string whole = enveloped("PodList", metadata + items);
  const std::size_t after_list = whole.size() - 4;  // two empty fields follow, which need not be there
  for (std::size_t size = 0; size < after_list; ++size) {
    const outcome o = split(std::string_view(whole).substr(0, size), 64);
    if (o.failure.code != errc::connection_lost) FAIL(size << ": " << o.failure.detail);
  }
  CHECK(split(std::string_view(whole).substr(0, after_list)).head == "PodList/42/abc");
  CHECK(split(std::string_view(whole).substr(0, 60), 7).failure.detail == "list: cut short after 2 items");
}

TEST_CASE("protobuf list splitter: what is no list is refused") {
  const auto refusal = [](const std::string& bytes) { return split(bytes).failure; };
  const error html = refusal("<html>");
  CHECK(html.code == errc::unexpected_answer);
  CHECK(html.detail == "expected a list, got \"<html>\"");
  CHECK(refusal("k8s{" + std::string(200, 'x')).detail ==
        "expected a list, got \"k8s{" + std::string(76, 'x') + "...\"");
  CHECK(refusal(enveloped("Pod", "x")).detail == "expected a list, got Pod");
  CHECK(refusal(std::string("k8s\0", 4) + field(2, metadata)).detail == "expected a list, got no kind");
  CHECK(refusal(enveloped("Status", field(4, "Expired") + integer(6, 410))).code == errc::gone);
  const std::string twice = enveloped("PodList", metadata) + field(2, metadata);
  CHECK(refusal(twice).detail == "list: two objects in one envelope");
}

TEST_CASE("protobuf list splitter: broken bytes are refused") {
  const std::string begin = std::string("k8s\0", 4) + field(1, field(2, "PodList"));
  for (const std::string& bytes : {
           begin + field(2, metadata + "\x12\x7fx"),  // an item longer than its list
           begin + field(2, metadata + "\x12"),       // whose length is beyond it
           begin + field(2, metadata + "\x12\x80"), begin + field(2, integer(70, 1).substr(0, 2) + "\xff"),
           begin + "\x03",                            // a group
           begin + std::string("\x02\x00", 2),        // field 0
           begin + "\x12" + std::string(11, '\xff'),  // a length of more than 64 bits
           begin + "\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02",
           std::string("k8s\0", 4) + field(1, "\xff"),  // a type that is none
           begin + field(2, field(1, "\xff")),          // metadata that is none
       }) {
    const outcome o = split(bytes + std::string(400, '\0'));
    CHECK_MESSAGE(o.failure.code == errc::malformed, o.failure.detail);
  }
}

TEST_CASE("protobuf list splitter: no length makes it hold more than its caps") {
  const std::string begin = std::string("k8s\0", 4) + field(1, field(2, "PodList"));
  const std::string endless = begin + "\x12\xff\xff\xff\xff\xff\xff\xff\xff\x7f";
  // Metadata of nearly 2^63 bytes.
  const error head = split(endless + "\x0a\xff\xff\xff\xff\xff\xff\xff\x7f" + std::string(200'000, 'x'), 1000).failure;
  CHECK(head.code == errc::too_large);
  CHECK(head.detail == "list: more than 65536 bytes beside the items");
  // Of a large item the beginning is handed on, for its decoder to refuse it by name.
  std::size_t held = 0;
  protobuf_list_splitter splitter([&](const encoded& item) { held = item.bytes.size(); });
  const std::string large = enveloped("PodList", field(2, std::string(8 << 20, 'x')));
  for (std::size_t at = 0; at < large.size(); at += 100'000)
    REQUIRE(splitter.feed(std::string_view(large).substr(at, 100'000)).has_value());
  CHECK(splitter.finish().has_value());
  CHECK(held == list_splitter::max_item_bytes + 1);
}

TEST_CASE("protobuf list splitter: changed anywhere, any cutting still gives the same") {
  const std::string whole = enveloped("PodList", metadata + items);
  std::mt19937 random(1);  // NOLINT(cert-msc51-cpp)
  for (int i = 0; i < 1'000; ++i) {
    std::string changed = whole;
    for (auto n = random() % 3 + 1; n > 0; --n) changed[random() % 60] = static_cast<char>(random());
    if (!(split(changed, 1 + random() % 9) == split(changed, changed.size()))) FAIL(i);
  }
}
