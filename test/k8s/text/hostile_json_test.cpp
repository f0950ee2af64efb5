#include "k8s/codec/decode.hpp"
#include "k8s/codec/list_splitter.hpp"
#include "k8s/text/json.hpp"
#include "k8s/text/json_writer.hpp"
#include "k8s/text/value_reader.hpp"
#include "test/k8s/api/samples.hpp"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include <functional>

using namespace berth::k8s;

namespace {

const std::string long_number = "0." + std::string(400, '0') + "1e-2147483639";

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

void write(json_writer& w, const value& v) {
  if (const auto* list = v.as_list()) {
    w.begin_list();
    for (const value& e : *list) write(w, e);
    w.end_list();
  } else if (const auto* map = v.as_map()) {
    w.begin_object();
    for (const auto& [key, member] : *map) write(w.key(key), member);
    w.end_object();
  } else if (const auto* s = v.as_string()) {
    w.text(*s);
  } else if (const auto* i = v.as_int()) {
    w.integer(*i);
  } else if (const auto* b = v.as_bool()) {
    w.boolean(*b);
  } else {
    w.null();
  }
}

/// Calls back with the document once for each of its values, that one replaced.
void with_each_replaced(const value& document, const value& replacement,
                        const std::function<void(const std::string& json, const std::string& path)>& call) {
  // A copy of `v` with the n-th value in it, counted from 0 in depth-first order, replaced.
  const std::function<value(const value&, std::size_t&, const std::string&, std::string&)> copy =
      [&](const value& v, std::size_t& n, const std::string& path, std::string& replaced) -> value {
    if (n-- == 0) {
      replaced = path;
      return replacement;
    }
    if (const auto* list = v.as_list()) {
      value::list out;
      for (const value& e : *list) out.push_back(copy(e, n, path + "[]", replaced));
      return out;
    }
    if (const auto* map = v.as_map()) {
      value::map out;
      for (const auto& [key, member] : *map) out.emplace_back(key, copy(member, n, path + "." + key, replaced));
      return out;
    }
    return v;
  };
  for (std::size_t index = 1;; ++index) {
    std::size_t n = index;
    std::string path;
    const value changed = copy(document, n, "", path);
    if (path.empty()) return;
    json_writer w;
    write(w, changed);
    call(w.take(), path);
  }
}

}  // namespace

TEST_CASE("hostile JSON: a number of 415 bytes is a quantity, no integer, and nothing elsewhere") {
  const auto pod = [](const std::string& field) {
    return decode_pod(R"({"metadata": {"name": "p"}, "spec": {)" + field + "}}");
  };
  const auto as_quantity = pod(R"("overhead": {"cpu": )" + long_number + "}");
  REQUIRE(as_quantity.has_value());
  CHECK((*as_quantity)->spec->overhead.find("cpu")->milli_value() == 1);
  CHECK(pod(R"("priority": )" + long_number).error().code == errc::malformed);
  CHECK(pod(R"("nobody": )" + long_number).has_value());
  const auto as_value = read_value("[" + long_number + "]", "f");
  REQUIRE(as_value.has_value());
  CHECK((*as_value->as_list())[0] == value(0.0));
}

TEST_CASE("hostile JSON: 64 levels are read, more are refused, 100,000 too, wherever they are") {
  const auto decoded = [](const std::string& inside) {
    return decode_pod(R"({"metadata": {"name": "p"}, "nobody": )" + inside + "}");
  };
  CHECK(decoded(nested(63)).has_value());
  CHECK(decoded(nested(64)).error().code == errc::too_large);
  CHECK(decoded(nested(64)).error().detail == "Pod p: nested deeper than 64, at byte 101");
  CHECK(decoded(nested(100'000)).error().code == errc::too_large);
  CHECK(decoded(std::string(100'000, '[')).error().code == errc::too_large);
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += R"({"a":)";
  CHECK(decode_pod(objects).error().code == errc::too_large);
  CHECK(decode_watch_event<pod>(R"({"type":"ADDED","object":)" + objects).error().code == errc::too_large);
  CHECK(read_value(nested(64), "f").has_value());
  CHECK(read_value(nested(65), "f").error().code == errc::too_large);
  CHECK(read_value(nested(100'000), "f").error().code == errc::too_large);
}

TEST_CASE("hostile JSON: bytes that are not UTF-8 are refused with their place") {
  for (const char* bad :
       {"\xFF", "\xC0\xAF", "\xC3", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\x80", "\xF0\x9F\x98"}) {
    const std::string json = std::string(R"({"metadata": {"name": ")") + bad + R"("}})";
    CHECK(decode_pod(json).error().detail == "Pod: not UTF-8, at byte 23");
  }
  CHECK(decode_pod("{\"metadata\": {\"name\": \"\xF0\x9F\x98\x80\"}}").has_value());
  CHECK(decode_pod(R"({"metadata": {"name": "\ud83d\ude00"}})").has_value());
  CHECK(decode_pod(R"({"metadata": {"name": "\ude00"}})").error().detail ==
        "Pod: metadata.name: a lone surrogate, at byte 30");
  CHECK(decode_pod(R"({"metadata": {"labels": {"\ude00": ""}}})").has_error());
  CHECK(decode_pod(R"({"metadata": {"name": "\ud83d"}})").has_error());
}

TEST_CASE("hostile JSON: a control in a text is refused, wherever it stands") {
  for (char control = 0x01; control < 0x20; ++control)
    for (std::size_t before = 0; before < 40; ++before) {
      const std::string text = std::string(before, 'x') + control + std::string(40, 'y');
      CAPTURE(static_cast<int>(control));
      CAPTURE(before);
      for (const std::string& json : {"[\"" + text + "\"]", "{\"" + text + "\": 1}"}) {
        const auto v = read_json_value(json, "f");
        CHECK(v.has_error());
        CHECK(decode_pod(R"({"metadata":{"name":"p","x":)" + json + "}}").has_error());
      }
      const std::string escaped = fmt::format("[\"{}\\u{:04x}\"]", std::string(before, 'x'), int{control});
      CHECK(read_json_value(escaped, "f").has_value());
    }
}

TEST_CASE("hostile JSON: a zero byte ends nothing") {
  using namespace std::string_view_literals;
  CHECK(decode_pod("{\"metadata\": {\"name\": \"a\0b\"}}"sv).has_error());
  CHECK(decode_pod("{\"metadata\": {\"name\": \"a\"}}\0{"sv).has_error());
  CHECK((*decode_pod(R"({"metadata": {"name": "a\u0000b"}})"))->key.name == "a\0b"sv);
}

TEST_CASE("hostile JSON: a pod cut at any byte is an error, never half a pod") {
  for (std::size_t length = 0; length < full_pod.size(); ++length) {
    const auto p = decode_pod(full_pod.substr(0, length));
    if (p.has_value()) FAIL(length);
    if (p.error().code != errc::malformed) FAIL(length);
  }
  CHECK(decode_pod(full_pod).has_value());
}

TEST_CASE("hostile JSON: more than one value is an error") {
  CHECK(decode_pod(fmt::format("{}{{}}", full_pod)).has_error());
  CHECK(decode_pod(fmt::format("{} \n\t\r", full_pod)).has_value());
}

TEST_CASE("hostile JSON: what is larger than 3 MiB is refused by name") {
  const std::string large = R"({"metadata": {"name": "p", "namespace": "n"}, "x": ")" +
                            std::string(list_splitter::max_item_bytes, 'x') + R"("})";
  const auto e = decode_pod(large).error();
  CHECK(e.code == errc::too_large);
  CHECK(e.detail == "Pod n/p: larger than 3 MiB, at byte 3145728");
}

TEST_CASE("hostile JSON: null in place of any field is as if it were absent") {
  std::size_t replaced = 0;
  for (const auto& [text, kind] : {std::pair{full_pod, 'p'}, std::pair{full_node, 'n'}}) {
    const value document = *read_value(text, "sample");
    with_each_replaced(document, value(), [&](const std::string& json, const std::string& path) {
      CAPTURE(path);
      const bool fine = kind == 'p' ? decode_pod(json).has_value() : decode_node(json).has_value();
      CHECK(fine == (path != ".metadata" && path != ".metadata.name"));
      ++replaced;
    });
  }
  CHECK(replaced > 200);
}

TEST_CASE("hostile JSON: a wrong type in place of any field is an error that names it, or is not read") {
  const value document = *read_value(full_pod, "sample");
  std::size_t refused = 0;
  for (const value& wrong : {value(true), value(-1), value("\xC3\xA4 word"), value(value::list{value(1)}),
                             value(value::map{{"a", value(value::list{})}})}) {
    with_each_replaced(document, wrong, [&](const std::string& json, const std::string& path) {
      const auto p = decode_pod(json);
      if (p.has_value()) return;
      ++refused;
      CAPTURE(path);
      CAPTURE(p.error().detail);
      CHECK(p.error().code == (path == ".kind" ? p.error().code : errc::malformed));
      CHECK(p.error().detail.find('\n') == std::string::npos);
    });
  }
  CHECK(refused > 400);
}

TEST_CASE("hostile JSON: a field that comes twice replaces, and adds to an object") {
  const auto p = *decode_pod(R"({"metadata": {"name": "a", "labels": {"x": "1", "x": "2"}}, "spec": {
    "containers": [{"name": "1"}, {"name": "2"}], "containers": [{"name": "3"}], "priority": 1, "priority": 2},
    "metadata": {"uid": "u"}})");
  CHECK(p->key.name == "a");
  CHECK(p->uid == "u");
  CHECK(p->spec->labels == string_map{{"x", "2"}});
  REQUIRE(p->spec->containers.size() == 1);
  CHECK(p->spec->containers[0].name == "3");
  CHECK(p->spec->priority == 2);
}

TEST_CASE("hostile JSON: 100,000 labels in falling order are sorted in one go") {
  std::string labels;
  for (int i = 199'999; i >= 100'000; --i) labels += fmt::format("{}\"k{}\":\"\"", labels.empty() ? "" : ",", i);
  const auto p = decode_pod(R"({"metadata": {"name": "p", "labels": {)" + labels + "}}}");
  REQUIRE(p.has_value());
  CHECK((*p)->spec->labels.size() == 100'000);
  CHECK((*p)->spec->labels.begin()->first == "k100000");
}

TEST_CASE("mended JSON: bytes that are no UTF-8 and halves of surrogate pairs become U+FFFD, as in Go") {
  const auto mended = [](std::string text) {
    mend_json(text);
    return text;
  };
  CHECK(mended("\"\xFF\xFE\"") == "\"\uFFFD\uFFFD\"");
  CHECK(mended("\"\xE2\x82\"") == "\"\uFFFD\uFFFD\"");
  CHECK(mended("\"\xED\xA0\x80\"") == "\"\uFFFD\uFFFD\uFFFD\"");
  CHECK(mended(R"("\ud800")") == R"("\ufffd")");
  CHECK(mended(R"("\uDC00x")") == R"("\ufffdx")");
  CHECK(mended(R"("\ud800\ud83d\ude00")") == R"("\ufffd\ud83d\ude00")");
  CHECK(mended(R"("\ud83d\n")") == R"("\ufffd\n")");
  for (const char* sound : {"", R"("\\ud800")", R"("\ud83d\uDE00\u0041\"\\")", R"("\u12)", "\\", "\"\u00E9\""})
    CHECK(mended(sound) == sound);
}
