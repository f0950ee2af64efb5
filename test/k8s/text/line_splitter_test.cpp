#include "k8s/text/line_splitter.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace berth::k8s;

namespace {

struct collected {
  std::vector<std::string> lines;
  std::vector<std::string> errors;
  bool incomplete = false;
  bool operator==(const collected&) const = default;
};

collected split(std::string_view text, std::size_t size, std::size_t max = line_splitter::default_max_line_bytes) {
  collected c;
  line_splitter splitter([&](std::string_view line) { return c.lines.emplace_back(line), true; },
                         [&](const error& why) {
                           CHECK(why.code == errc::too_large);
                           return c.errors.push_back(why.detail), true;
                         },
                         max);
  for (std::size_t at = 0; at < text.size(); at += size) CHECK(splitter.feed(text.substr(at, size)));
  c.incomplete = splitter.finish();
  return c;
}

}  // namespace

TEST_CASE("line splitter: any cutting of the bytes gives the same lines") {
  constexpr std::string_view text = "one\ntwo\r\n\n\r\n\xC3\xA4\n three \nlast";
  const collected whole = split(text, text.size());
  CHECK(whole == collected{{"one", "two", "\xC3\xA4", " three "}, {}, true});
  for (std::size_t size = 1; size < text.size(); ++size) CHECK(split(text, size) == whole);
}

TEST_CASE("line splitter: bytes after the last line's end are incomplete") {
  CHECK_FALSE(split("a\n", 1).incomplete);
  CHECK(split("a\nb", 1).incomplete);
  CHECK_FALSE(split("", 1).incomplete);
}

TEST_CASE("line splitter: a line above the cap is skipped and reported once, and the rest comes through") {
  const std::string text =
      "short\n" + std::string(11, 'x') + "\nexactly-10\n" + std::string(25, 'y') + "\nend\n" + std::string(30, 'z');
  for (std::size_t size = 1; size <= text.size(); ++size) {
    CHECK(split(text, size, 10) == collected{{"short", "exactly-10", "end"},
                                             {"a line of 11 bytes, more than 10", "a line of 25 bytes, more than 10"},
                                             true});
  }
}

TEST_CASE("line splitter: a line of 100 MB is skipped without being held") {
  collected c;
  line_splitter splitter([&](std::string_view line) { return c.lines.emplace_back(line), true; },
                         [&](const error& why) { return c.errors.push_back(why.detail), true; });
  const std::string megabyte(1 << 20, 'x');
  for (int i = 0; i < 100; ++i) {
    REQUIRE(splitter.feed(megabyte));
    REQUIRE(splitter.held_bytes() <= line_splitter::default_max_line_bytes);
  }
  CHECK(splitter.held_bytes() == 0);
  CHECK(splitter.feed("\nnext\n"));
  CHECK(c.lines == std::vector<std::string>{"next"});
  CHECK(c.errors == std::vector<std::string>{"a line of 104857600 bytes, more than 8388608"});
}

TEST_CASE("line splitter: a handler that has enough stops it") {
  int seen = 0;
  line_splitter by_line([&](std::string_view) { return ++seen < 2; }, [](const error&) { return true; });
  CHECK_FALSE(by_line.feed("1\n2\n3\n"));
  CHECK(seen == 2);
  CHECK_FALSE(by_line.feed("4\n"));
  CHECK(seen == 2);
  line_splitter by_error([&](std::string_view) { return ++seen, true; }, [](const error&) { return false; }, 1);
  CHECK_FALSE(by_error.feed("long\n3\n"));
  CHECK(seen == 2);
}
