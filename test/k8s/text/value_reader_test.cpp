#include "k8s/text/value_reader.hpp"

#include <doctest/doctest.h>

using namespace berth::k8s;

namespace {

value read(std::string_view text) {
  auto v = read_value(text, "f");
  if (!v) FAIL(v.error().detail);
  return *v;
}
std::string problem(std::string_view text) {
  const auto v = read_value(text, "f.yaml");
  return v ? "none" : v.error().detail;
}
/// A plain YAML scalar.
value scalar(const std::string& text) { return *read("a: " + text).find("a"); }

}  // namespace

TEST_CASE("value reader: maps keep the order of the file") {
  const value v = read("b: 1\na:\n- x\n- {c: true}\nd: |\n  two\n  lines\n");
  CHECK(v == value(value::map{{"b", value(1)},
                              {"a", value(value::list{value("x"), value(value::map{{"c", value(true)}})})},
                              {"d", value("two\nlines\n")}}));
  CHECK(read(R"({"b": 1, "a": [null, -2, 0.5, "x", {}]})") ==
        value(value::map{{"b", value(1)},
                         {"a", value(value::list{value(), value(-2), value(0.5), value("x"), value(value::map{})})}}));
}

TEST_CASE("value reader: plain scalars mean what they mean to kubectl") {
  for (const char* yes : {"true", "True", "TRUE", "yes", "Yes", "y", "Y", "on", "ON"})
    CHECK(scalar(yes) == value(true));
  for (const char* no : {"false", "False", "no", "NO", "n", "N", "off", "Off"}) CHECK(scalar(no) == value(false));
  for (const char* nothing : {"", "~", "null", "Null", "NULL"}) CHECK(scalar(nothing) == value());
  for (const char* text : {"tRue", "nil", "nope", "1Gi", "100m", "08x", "1.2.3", "0x", "0b2", "2001-01-01", "12:30:45",
                           "+", ".", "..", "_1", "1e", "--1"}) {
    CAPTURE(text);
    CHECK(scalar(text) == value(text));
  }
}

TEST_CASE("value reader: numbers as yaml.v2 reads them") {
  CHECK(scalar("12") == value(12));
  CHECK(scalar("-12") == value(-12));
  CHECK(scalar("+12") == value(12));
  CHECK(scalar("1_000") == value(1000));
  CHECK(scalar("0x1f") == value(31));
  CHECK(scalar("-0x1F") == value(-31));
  CHECK(scalar("010") == value(8));
  CHECK(scalar("0o17") == value(15));
  CHECK(scalar("0b101") == value(5));
  CHECK(scalar("08") == value(8));
  CHECK(scalar("9223372036854775807") == value(std::int64_t{9223372036854775807}));
  CHECK(scalar("9223372036854775808") == value(9223372036854775808.0));
  CHECK(scalar("0.5") == value(0.5));
  CHECK(scalar(".5") == value(0.5));
  CHECK(scalar("1.0") == value(1));
  CHECK(scalar("1e3") == value(1000));
  CHECK(scalar("1e400") == value("1e400"));
}

TEST_CASE("value reader: what is quoted or tagged a string is a string") {
  CHECK(scalar("'true'") == value("true"));
  CHECK(scalar("\"12\"") == value("12"));
  CHECK(scalar("!!str 12") == value("12"));
  CHECK(scalar("!!int '12'") == value(12));
  CHECK(scalar("''") == value(""));
  CHECK(scalar("!!float '1.5'") == value(1.5));
  CHECK(scalar("!custom 12") == value("12"));
  CHECK(problem("a: !!int foo") == "f.yaml:1:4: foo is no !!int");
  CHECK(problem("a: !!bool 1") == "f.yaml:1:4: 1 is no !!bool");
  CHECK(problem("a: .inf") == "f.yaml:1:4: .inf is not JSON");
}

TEST_CASE("value reader: escapes of spaces and line ends are characters of UTF-8") {
  CHECK(read(R"(["a\_b", "\N", "\L\P", "\xA0", "\xE9\_\_"])") ==
        value(value::list{value("a\u00A0b"), value("\u0085"), value("\u2028\u2029"), value("\u00A0"),
                          value("\u00E9\u00A0\u00A0")}));
  CHECK(read("\"\\_\": 1").find("\u00A0") != nullptr);
}

TEST_CASE("value reader: JSON's numbers keep their kind") {
  CHECK(read("[1, 1.0, -0, 9223372036854775807, 9223372036854775808]") ==
        value(value::list{value(1), value(1.0), value(0), value(std::int64_t{9223372036854775807}),
                          value(9223372036854775808.0)}));
  CHECK(problem("[1e400]") == "f.yaml:1:2: number too big to be stored in double");
}

TEST_CASE("value reader: keys become texts as on the way to JSON") {
  const value v = read("1: a\ntrue: b\n'x': c\n0x10: d\n");
  CHECK(v == value(value::map{{"1", value("a")}, {"true", value("b")}, {"x", value("c")}, {"16", value("d")}}));
  CHECK(problem("~: a") == "f.yaml:1:1: a key that is no text, number or boolean");
  CHECK(problem("? [a]\n: b") == "f.yaml:1:3: a key that is no text, number or boolean");
  CHECK(problem("? {a: b}\n: b") == "f.yaml:1:3: a key that is no text, number or boolean");
}

TEST_CASE("value reader: duplicate keys are refused, in maps large and small, YAML and JSON") {
  CHECK(problem("a: 1\nb: 2\na: 3\n") == "f.yaml:3:1: duplicate key \"a\"");
  CHECK(problem("x:\n  - {a: 1, \"a\": 2}\n") == "f.yaml:2:12: duplicate key \"a\"");
  CHECK(problem("1: a\n\"1\": b\n") == "f.yaml:2:1: duplicate key \"1\"");
  CHECK(problem("{\"a\": 1,\n \"a\": 2}").starts_with("f.yaml:2:"));
  std::string large;
  for (int i = 0; i < 1000; ++i) large += "k" + std::to_string(i) + ": 1\n";
  CHECK(problem(large) == "none");
  CHECK(problem(large + "k7: 1\n") == "f.yaml:1001:1: duplicate key \"k7\"");
  CHECK(problem(large + "k999: 1\n") == "f.yaml:1001:1: duplicate key \"k999\"");
}

TEST_CASE("value reader: !!binary is what its base64 holds") {
  CHECK(scalar("!!binary aGVsbG8=") == value("hello"));
  CHECK(read("a: !!binary |\n  aGVs\n  bG8=\n") == value(value::map{{"a", value("hello")}}));
  CHECK(scalar("!!binary //8=") == value("\uFFFD\uFFFD"));
  CHECK(problem("a: !!binary '%%'") == "f.yaml:1:4: !!binary is not followed by base64");
}

TEST_CASE("value reader: where the last of duplicate keys wins, it takes the first one's place") {
  const auto lenient = [](std::string_view text) {
    auto v = read_value(text, "f", duplicate_keys::last_wins);
    if (!v) FAIL(v.error().detail);
    return *v;
  };
  const value expected = value::map{{"a", value(3)}, {"b", value(2)}};
  CHECK(lenient("a: 1\nb: 2\na: 3\n") == expected);
  CHECK(lenient("{\"a\": 1, \"b\": 2, \"a\": 3}") == expected);
  CHECK(lenient("a: {x: 1}\na: {w: 2}\n") == value(value::map{{"a", value(value::map{{"w", value(2)}})}}));
  CHECK(lenient("a: 1\na:\n").find("a")->is_null());
  std::string large;
  for (int i = 0; i < 1000; ++i) large += "k" + std::to_string(i) + ": 1\n";
  const value v = lenient(large + "k7: 2\nk999: 3\n");
  CHECK(v.as_map()->size() == 1000);
  CHECK(*v.find("k7") == value(2));
  CHECK(*v.find("k999") == value(3));
}

TEST_CASE("value reader: aliases are copies, and what is merged is set where it stands") {
  const value v = read(
      "base: &b {x: 1, w: 2}\nother: &o {z: 4}\n"
      "copy: *b\nmerged:\n  <<: [*b, *o]\n  v: 9\ninline:\n  <<: {q: 1}\n\"<<\": text\n");
  CHECK(*v.find("copy") == *v.find("base"));
  CHECK(*v.find("merged") == value(value::map{{"z", value(4)}, {"x", value(1)}, {"w", value(2)}, {"v", value(9)}}));
  CHECK(*v.find("inline") == value(value::map{{"q", value(1)}}));
  CHECK(*v.find("<<") == value("text"));
  CHECK(read("a: &k key\n*k : 1\n") == value(value::map{{"a", value("key")}, {"key", value(1)}}));
  CHECK(problem("a:\n  <<: 5\n") == "f.yaml:2:7: << takes a map or a list of maps");
  CHECK(problem("a: *b\n").starts_with("f.yaml:1:4: "));
  CHECK(problem("a: &a [*a]\n") == "f.yaml:1:8: an alias of what contains it");
}

TEST_CASE("value reader: a key that is merged and given is a duplicate; where those are let pass, the later counts") {
  const std::string base = "b: &b {x: 1, w: 2}\nm:\n";
  const auto x_of = [&](const std::string& members) {
    return *read_value(base + members, "f", duplicate_keys::last_wins)->find("m")->find("x");
  };
  CHECK(problem(base + "  <<: *b\n  x: 9\n") == "f.yaml:4:3: duplicate key \"x\"");
  CHECK(problem(base + "  x: 9\n  <<: *b\n") == "f.yaml:4:7: duplicate key \"x\"");
  CHECK(problem(base + "  <<: [*b, {x: 3}]\n") == "f.yaml:3:7: duplicate key \"x\"");
  CHECK(x_of("  <<: *b\n  x: 9\n") == value(9));
  CHECK(x_of("  x: 9\n  <<: *b\n") == value(1));
  CHECK(x_of("  <<: [*b, {x: 3}]\n") == value(1));
}

TEST_CASE("value reader: what Windows writes is read like any other") {
  const value expected = value::map{{"a", value("\u00E9")}, {"b", value(value::list{value(1)})}};
  CHECK(read("a: \u00E9\r\nb:\r\n- 1\r\n") == expected);
  CHECK(read("a: \u00E9\rb:\r- 1\r") == expected);
  CHECK(read("\uFEFFa: \u00E9\nb: [1]\n") == expected);
  CHECK(read("\uFEFF{\"a\": \"\u00E9\", \"b\": [1]}") == expected);
  const auto utf16 = [](std::u16string_view text, bool big_endian) {
    std::string bytes;
    for (const char16_t unit : text) {
      const char high = static_cast<char>(unit >> 8);
      const char low = static_cast<char>(unit & 0xFF);
      bytes += big_endian ? high : low;
      bytes += big_endian ? low : high;
    }
    return bytes;
  };
  for (const bool big_endian : {false, true}) {
    CHECK(read(utf16(u"\uFEFFa: \u00E9\r\nb: [1]\r\n", big_endian)) == expected);
    CHECK(read(utf16(u"\uFEFF{\"a\": \"\U0001F600\"}", big_endian)) == value(value::map{{"a", value("\U0001F600")}}));
  }
}

TEST_CASE("value reader: an alias bomb is refused before it is built") {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int k = 0; k < 8; ++k) bomb += ", " + before;
    bomb += "]\n";
  }
  CHECK(problem(bomb).find("more than 100000 values") != std::string::npos);

  const std::string long_text(1 << 20, 'x');
  std::string heavy = "a: &a \"" + long_text + "\"\nb:\n";
  for (int i = 0; i < 20; ++i) heavy += "- *a\n";
  CHECK(problem(heavy).find("more than 16 MiB of text") != std::string::npos);

  std::string many = "a: &a x\nb:\n";
  for (int i = 0; i < 101; ++i) many += "- *a\n";
  CHECK(problem(many) == "f.yaml:103:3: more than 100 aliases");

  std::string merges = "a: &a {";
  for (int i = 0; i < 2000; ++i) merges += "k" + std::to_string(i) + ": 1, ";
  merges += "}\n";
  for (int i = 0; i < 100; ++i) merges += "m" + std::to_string(i) + ": {<<: *a}\n";
  CHECK(problem(merges).find("more than 100000 values") != std::string::npos);
}

TEST_CASE("value reader: depth, size and count are capped") {
  std::string deep;
  for (int i = 0; i < 70; ++i) deep += std::string(static_cast<std::size_t>(i) * 2, ' ') + "a:\n";
  CHECK(problem(deep).find("nested deeper than 64") != std::string::npos);
  for (const std::string& brackets : {std::string(100'000, '['), std::string(100'000, '{')}) {
    CHECK(problem(brackets) != "none");
    CHECK(problem("a: " + brackets) != "none");
  }
  CHECK(problem(std::string((4 << 20) + 1, ' ')) == "f.yaml: larger than 4 MiB");
  std::string many = "[";
  for (int i = 0; i < 100'001; ++i) many += "1,";
  CHECK(problem(many + "1]").find("more than 100000 values") != std::string::npos);
}

TEST_CASE("value reader: errors name the file, the line and the column") {
  CHECK(problem("a: b: c\n") == "f.yaml:1:5: illegal map value");
  CHECK(problem("a: 'b\n").starts_with("f.yaml:"));
  CHECK(problem("a: 1\n\tb: 2\n").starts_with("f.yaml:2:"));
  CHECK(problem("a: 1\nb: \xFF\n") == "f.yaml:2:4: not UTF-8");
  CHECK(problem("a: 1\nb: \x04\n") == "f.yaml:2:4: a control character");
  CHECK(problem("{\"a\": 1,\n  \"b\" 2}") == "f.yaml:2:7: missing a colon after a name of object member");
}

TEST_CASE("value reader: what no document begins with ends the reading") {
  CHECK(problem(", a") == "f.yaml:1:1: no document begins like this");
  CHECK(problem("!, \"b:\nc").starts_with("f.yaml:"));
}

TEST_CASE("value reader: a text of one character is read like any other") {
  for (const char* broken :
       {"}", "]", "{", "[", ",", "@", "`", "&", "*", "'", "\"", "}\n", "a: }", "a: ]", "a: {", "- ]"}) {
    CAPTURE(broken);
    CHECK(problem(broken).starts_with("f.yaml:"));
  }
  CHECK(read("x") == value("x"));
  CHECK(read("7") == value(7));
  CHECK(read("\n").is_null());
  for (std::size_t size = 1; size < 40; ++size) CHECK(read(std::string(size, 'x')) == value(std::string(size, 'x')));
}

TEST_CASE("value reader: the first document where one is asked for, all where all are") {
  CHECK(read("").is_null());
  CHECK(read("# only words\n").is_null());
  CHECK(read("---\n---\na: 1\n---\n") == value(value::map{{"a", value(1)}}));
  CHECK(read("a: 1\n---\nb: 2\n") == value(value::map{{"a", value(1)}}));
  CHECK(read("a: 1\n---\nb: [\n") == value(value::map{{"a", value(1)}}));
  CHECK(read("{\"a\": 1}\n{\"b\": 2}\n") == value(value::map{{"a", value(1)}}));
  CHECK(read_values("a: 1\n---\n---\nb: 2\n", "f")->size() == 2);
  CHECK(read_values("", "f")->empty());
  CHECK(read("{a: flow, b: [style]}") ==
        value(value::map{{"a", value("flow")}, {"b", value(value::list{value("style")})}}));
}

TEST_CASE("value reader: strict JSON is JSON, and nothing that only YAML reads") {
  CHECK(read_json_value(R"({"a": [1, null, "x"]})", "f").value() ==
        value(value::map{{"a", value(value::list{value(1), value(), value("x")})}}));
  for (const char* text : {"", "a: 1", "{a: 1}", "{'a': 1}", "{\"a\": 1} x", "{\"a\": 1, \"a\": 2}"})
    CHECK(read_json_value(text, "f").has_error());
  CHECK(read_json_value("{a: 1}", "f").error().detail.starts_with("f:1:2: "));
}

TEST_CASE("value: finds members, and says what it is") {
  const value v = read("a: 1");
  REQUIRE(v.find("a") != nullptr);
  CHECK(v.find("b") == nullptr);
  CHECK(value("text").find("a") == nullptr);
  CHECK(std::string(value().kind()) == "null");
  CHECK(std::string(value(true).kind()) == "a boolean");
  CHECK(std::string(value(1).kind()) == "an integer");
  CHECK(std::string(value(0.5).kind()) == "a number");
  CHECK(std::string(value("x").kind()) == "a string");
  CHECK(std::string(value(value::list{}).kind()) == "a list");
  CHECK(std::string(value(value::map{}).kind()) == "a map");
}
