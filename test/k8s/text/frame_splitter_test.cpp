#include "k8s/text/frame_splitter.hpp"
#include "test/support/protobuf_bytes.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace berth::k8s;
using berth::test::framed;

namespace {

struct cut {
  std::vector<std::string> frames;
  std::vector<std::string> errors;
  bool incomplete = false;
  bool operator==(const cut&) const = default;
};

/// Fed in pieces of `size` bytes, with a cap of ten.
cut split(std::string_view bytes, std::size_t size) {
  cut c;
  frame_splitter splitter([&](std::string_view frame) { return c.frames.emplace_back(frame), true; },
                          [&](const error& why) { return c.errors.push_back(why.detail), true; }, 10);
  for (std::size_t at = 0; at < bytes.size(); at += size) {
    CHECK(splitter.feed(bytes.substr(at, size)));
    CHECK(splitter.held_bytes() <= 10);
  }
  c.incomplete = splitter.finish();
  CHECK(splitter.held_bytes() == 0);
  return c;
}

cut split(std::string_view bytes) {
  const cut whole = split(bytes, bytes.size() + 1);
  for (const std::size_t size : {1U, 2U, 3U, 4U, 5U, 7U, 11U}) CHECK(split(bytes, size) == whole);
  return whole;
}

}  // namespace

TEST_CASE("frame splitter: frames come one by one, however the bytes are cut; empty ones are none") {
  CHECK(split(framed("one") + framed("") + framed("0123456789") + framed("\n")) ==
        cut{{"one", "0123456789", "\n"}, {}, false});
  CHECK(split("") == cut{});
}

TEST_CASE("frame splitter: what is cut short is dropped and told") {
  const std::string two = framed("one") + framed("two");
  for (std::size_t size = 8; size < two.size(); ++size)
    CHECK(split(std::string_view(two).substr(0, size)) == cut{{"one"}, {}, true});
}

TEST_CASE("frame splitter: a frame above the cap is skipped, and reported at once, and the next comes through") {
  CHECK(split(framed("01234567890") + framed("one") + framed(std::string(300, 'x')) + framed("two")) ==
        cut{{"one", "two"}, {"a frame of 11 bytes, more than 10", "a frame of 300 bytes, more than 10"}, false});
}

TEST_CASE("frame splitter: whoever has had enough is told no more") {
  int frames = 0;
  frame_splitter splitter([&](std::string_view) { return ++frames < 2; }, [](const error&) { return true; });
  CHECK_FALSE(splitter.feed(framed("1") + framed("2") + framed("3")));
  CHECK_FALSE(splitter.feed(framed("4")));
  CHECK(frames == 2);
  frame_splitter strict([&](std::string_view) { return true; }, [](const error&) { return false; }, 1);
  CHECK_FALSE(strict.feed(framed("22")));
}

TEST_CASE("frame splitter: what comes without lengths is told at once") {
  // A watch of a server that sends JSON under the wrong type, and one that answers with the object instead of a watch.
  for (const char* bytes : {"{\"type\":\"ADDED\"}", "k8s\x01"}) {
    std::string told;
    frame_splitter splitter([](std::string_view) { return true; },
                            [&](const error& why) { return told = why.detail, false; });
    CHECK_FALSE(splitter.feed(std::string_view(bytes).substr(0, 4)));
    CHECK(told.starts_with("a frame of "));
  }
}

TEST_CASE("frame splitter: four gigabytes are announced, and nothing is held") {
  int errors = 0;
  frame_splitter splitter([](std::string_view) { return true; }, [&](const error&) { return ++errors, true; });
  CHECK(splitter.feed("\xff\xff\xff\xff"));
  CHECK(splitter.feed(std::string(10 << 20, 'x')));
  CHECK(splitter.held_bytes() == 0);
  CHECK(splitter.finish());
  CHECK(errors == 1);
}
