#include "k8s/text/utf8.hpp"

#include <doctest/doctest.h>

using namespace berth::k8s;

TEST_CASE("utf8: every code point of Unicode is valid, and surrogates are not") {
  const auto encoded = [](unsigned c) {
    std::string s;
    const auto add = [&](unsigned byte) { s += static_cast<char>(byte); };
    if (c < 0x80) {
      add(c);
    } else if (c < 0x800) {
      add(0xC0 | c >> 6), add(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
      add(0xE0 | c >> 12), add(0x80 | (c >> 6 & 0x3F)), add(0x80 | (c & 0x3F));
    } else {
      add(0xF0 | c >> 18), add(0x80 | (c >> 12 & 0x3F)), add(0x80 | (c >> 6 & 0x3F)), add(0x80 | (c & 0x3F));
    }
    return s;
  };
  for (unsigned c = 0; c <= 0x110010; ++c) {
    const bool expected = c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
    if (is_utf8(encoded(c)) != expected) FAIL(c);
  }
}

TEST_CASE("utf8: overlong forms and broken sequences are found at their first byte") {
  CHECK(valid_utf8_prefix("abcdefghij\xC0\x80") == 10);
  CHECK(valid_utf8_prefix("\xE0\x9F\xBF") == 0);
  CHECK(valid_utf8_prefix("\xF0\x8F\xBF\xBF") == 0);
  CHECK(valid_utf8_prefix("\xC3\xA4\xC3") == 2);
  CHECK(valid_utf8_prefix("\xE2\x82") == 0);
  CHECK(valid_utf8_prefix("") == 0);
}

TEST_CASE("utf8: a text is cut before a code point that does not fit") {
  CHECK(cut_utf8("abc", 3) == "abc");
  CHECK(cut_utf8("ab\xC3\xA4", 3) == "ab");
  CHECK(cut_utf8("ab\xC3\xA4", 4) == "ab\xC3\xA4");
  CHECK(cut_utf8("\xF0\x9F\x98\x80", 3).empty());
}

TEST_CASE("utf8: an excerpt is one line of valid UTF-8") {
  CHECK(excerpt("a\nb\x7F\xFF\xC3\xA4", 64) == "a?b??\xC3\xA4");
  CHECK(excerpt("abcdef", 3) == "abc...");
  CHECK(excerpt("", 3).empty());
}
