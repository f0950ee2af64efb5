#include "k8s/text/yaml_writer.hpp"

#include "k8s/text/value_reader.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace berth::k8s;

TEST_CASE("YAML: a text that could be taken for a document's end is quoted") {
  CHECK(yaml_of(value(std::string("..."))) == "'...'\n");
  CHECK(yaml_of(value(std::string("---"))) == "'---'\n");
  CHECK(yaml_of(value(std::string("--- a"))) == "'--- a'\n");
  CHECK(yaml_of(value(std::string("--flag"))) == "--flag\n");
  CHECK(yaml_of(value(std::string(".."))) == "..\n");
}

TEST_CASE("YAML: a byte order mark, other line ends and controls are escaped, other letters stay") {
  CHECK(yaml_of(value(std::string("\uFEFFkey"))) == "\"\\ufeffkey\"\n");
  CHECK(yaml_of(value(std::string("a\u2028b\u2029"))) == "\"a\\u2028b\\u2029\"\n");
  CHECK(yaml_of(value(std::string("\xC2\x85\xC2\x9F"))) == "\"\\u0085\\u009f\"\n");
  CHECK(yaml_of(value(std::string("\uFFFE\uFFFF"))) == "\"\\ufffe\\uffff\"\n");
  CHECK(yaml_of(value(std::string("\u00A0\u2027\uFEFE"))) == "\u00A0\u2027\uFEFE\n");
}

TEST_CASE("YAML: a text reads as it was written") {
  for (const char* text :
       {"",      " ",   "~",  "null",   "true",     "1",        "1e3",          ".5",     "a: b", "a #b", "a:",
        "- a",   "-",   "-a", "?",      "? a",      "[a",       "{a",           "&a",     "*a",   "!a",   "|",
        ">",     "%a",  "@a", "it's",   "\"a",      "a\nb",     "a\tb",         "\x7f",   "----", "---",  "...",
        "... a", " a ", "#a", "\uFEFF", "a\u2028b", "\xC2\x85", "\u00A0\uFFFE", "\\ufeff"}) {
    CAPTURE(text);
    const auto read = read_value(yaml_of(value(std::string(text))), "f");
    REQUIRE(read.has_value());
    REQUIRE(read->as_string() != nullptr);
    CHECK(*read->as_string() == text);
  }
}
