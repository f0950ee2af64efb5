#include "k8s/http/stream_readers.hpp"
#include "test/k8s/print.hpp"
#include "test/support/protobuf_bytes.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace berth::k8s;
using namespace berth::test;

namespace {

const std::string json_list =
    R"({"kind":"NodeList","apiVersion":"v1","metadata":{"resourceVersion":"7","continue":"more"},"items":[)"
    R"({"metadata":{"name":"a"}},{"metadata":{"name":"b"}}]})";
std::string node_named(const char* name) { return field(1, field(1, name)); }
const std::string protobuf_list = enveloped(
    "NodeList", field(1, field(2, "7") + field(3, "more")) + field(2, node_named("a")) + field(2, node_named("b")));

struct seen {
  std::vector<std::string> parts;  ///< "form kind bytes"
  errc fault = errc::ok;
  std::string end;

  void add(const encoded& one) {
    const char* form = one.form == encoding::json ? "json" : "protobuf";
    parts.push_back(std::string(form) + " " + std::string(one.kind) + " " + std::string(one.bytes));
  }
  bool operator==(const seen&) const = default;
};

/// `body` in pieces of `size` bytes.
seen read_list(encoding form, std::string_view body, std::size_t size) {
  seen all;
  list_reader reader([&](const encoded& item) { all.add(item); });
  for (std::size_t at = 0; at < body.size() && reader.feed(form, body.substr(at, size)); at += size) {
  }
  const auto head = reader.finish(form);
  all.fault = head ? errc::ok : head.error().code;
  all.end = head ? head->kind + " " + head->resource_version + " " + head->continue_token : head.error().detail;
  return all;
}

seen read_watch(encoding form, std::string_view body, std::size_t size, std::size_t most = 1000) {
  seen all;
  watch_reader reader(
      [&](const encoded& event) {
        all.add(event);
        return all.parts.size() < most;
      },
      16);
  bool more = true;
  for (std::size_t at = 0; at < body.size() && more; at += size) more = reader.feed(form, body.substr(at, size));
  const auto end = reader.finish();
  all.fault = end ? errc::ok : end.error().code;
  all.end = end ? "" : end.error().detail;
  return all;
}

template <class Read>
seen whatever_the_pieces(const std::string& body, Read read) {
  const seen whole = read(body, body.size() + 1);
  for (const std::size_t size : {1U, 2U, 3U, 5U, 7U, 64U}) CHECK(read(body, size) == whole);
  return whole;
}

seen list_of(encoding form, const std::string& body) {
  return whatever_the_pieces(body, [&](std::string_view b, std::size_t size) { return read_list(form, b, size); });
}
seen watch_of(encoding form, const std::string& body) {
  return whatever_the_pieces(body, [&](std::string_view b, std::size_t size) { return read_watch(form, b, size); });
}

const std::string too_long(17, 'x');

}  // namespace

TEST_CASE("stream reader: a list's items come in its form, with the kind that protobuf's do not name themselves") {
  const seen json = list_of(encoding::json, json_list);
  CHECK(json.parts ==
        std::vector<std::string>{R"(json  {"metadata":{"name":"a"}})", R"(json  {"metadata":{"name":"b"}})"});
  CHECK(json.end == "NodeList 7 more");
  const seen protobuf = list_of(encoding::protobuf, protobuf_list);
  CHECK(protobuf.parts ==
        std::vector<std::string>{"protobuf Node " + node_named("a"), "protobuf Node " + node_named("b")});
  CHECK(protobuf.end == "NodeList 7 more");
}

TEST_CASE("stream reader: a list that is none, or is cut, is at fault in either form") {
  CHECK(list_of(encoding::json, "").fault == errc::connection_lost);
  CHECK(list_of(encoding::protobuf, "").fault == errc::connection_lost);
  CHECK(list_of(encoding::json, json_list.substr(0, json_list.size() - 1)).fault == errc::connection_lost);
  CHECK(list_of(encoding::protobuf, protobuf_list.substr(0, protobuf_list.size() - 6)).fault == errc::connection_lost);
  // Each under the other's type.
  CHECK(list_of(encoding::protobuf, json_list).fault == errc::unexpected_answer);
  CHECK(list_of(encoding::json, protobuf_list).fault == errc::unexpected_answer);
}

TEST_CASE("stream reader: a Status where a list should be is its meaning in either form") {
  CHECK(list_of(encoding::json, R"({"kind":"Status","status":"Failure","reason":"Expired","code":410})").fault ==
        errc::gone);
  CHECK(list_of(encoding::protobuf, enveloped("Status", field(4, "Expired") + integer(6, 410))).fault == errc::gone);
}

TEST_CASE("stream reader: a watch's events are lines of JSON or frames of protobuf") {
  CHECK(watch_of(encoding::json, "one\ntwo\n") == seen{{"json  one", "json  two"}, errc::ok, ""});
  CHECK(watch_of(encoding::protobuf, framed("one") + framed("t\nwo")) ==
        seen{{"protobuf  one", "protobuf  t\nwo"}, errc::ok, ""});
}

TEST_CASE("stream reader: a watch that ends in the middle of an event is a lost connection") {
  for (const auto& [form, body] : {std::pair{encoding::json, std::string("one\ntw")},
                                   std::pair{encoding::protobuf, framed("one") + framed("two").substr(0, 6)},
                                   std::pair{encoding::protobuf, framed("one") + std::string(2, '\0')}}) {
    const seen cut = watch_of(form, body);
    CHECK(cut.fault == errc::connection_lost);
    CHECK(cut.end == "the watch ended in the middle of an event");
    CHECK(cut.parts.size() == 1);
  }
}

TEST_CASE("stream reader: an event above the cap ends the watch, a frame as soon as its length is there") {
  CHECK(watch_of(encoding::json, "one\n" + too_long + "\ntwo\n") ==
        seen{{"json  one"}, errc::too_large, "a line of 17 bytes, more than 16"});
  const seen at_once{{"protobuf  one"}, errc::too_large, "a frame of 17 bytes, more than 16"};
  CHECK(watch_of(encoding::protobuf, framed("one") + framed(too_long) + framed("two")) == at_once);
  CHECK(watch_of(encoding::protobuf, framed("one") + framed(too_long).substr(0, 4)) == at_once);
}

TEST_CASE("stream reader: who has had enough of a watch is told no more, and nothing went wrong") {
  CHECK(read_watch(encoding::json, "1\n2\n3", 100, 2) == seen{{"json  1", "json  2"}, errc::ok, ""});
  CHECK(read_watch(encoding::protobuf, framed("1") + framed("2") + "x", 100, 2) ==
        seen{{"protobuf  1", "protobuf  2"}, errc::ok, ""});
}
