#include "k8s/http/response_reader.hpp"

#include "test/k8s/print.hpp"

#include <doctest/doctest.h>

#include <cstring>

using namespace berth::k8s;

namespace {

struct collected final : body_sink {
  bool body(const response_head& head, std::string_view piece) override {
    status = head.status;
    text += piece;
    return text.size() < stop_after;
  }
  std::string text;
  int status = 0;
  std::size_t stop_after = response_reader::unlimited;
};

/// Feeds `wire` in pieces of `size` bytes and returns the first error.
result<void> feed(response_reader& reader, std::string_view wire, std::size_t size) {
  while (!wire.empty() && !reader.done() && !reader.stopped()) {
    const auto space = reader.space();
    const auto n = std::min({size, wire.size(), space.size()});
    std::memcpy(space.data(), wire.data(), n);
    wire.remove_prefix(n);
    if (auto fed = reader.received(n); !fed) return fed;
  }
  return {};
}

const std::string chunked =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    "5;ext=1\r\nhello\r\n1\r\n \r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n";
const std::string counted = "HTTP/1.1 201 Created\r\nContent-Length: 3\r\nContent-Type: application/json\r\n\r\nabc";

}  // namespace

TEST_CASE("response: however the bytes are cut, the answer is the same") {
  for (std::size_t size = 1; size <= chunked.size(); ++size) {
    CAPTURE(size);
    response_reader reader(64, 1024);
    collected into;
    reader.begin(into, 1024);
    REQUIRE(feed(reader, chunked, size));
    CHECK(reader.done());
    CHECK(into.text == "hello 0123456789");
    CHECK(into.status == 200);
    CHECK(reader.head().content_type == "application/json");
    CHECK(reader.reusable());
  }
}

TEST_CASE("response: the next answer of the same connection starts anew") {
  response_reader reader(64, 1024);
  for (int i = 0; i < 3; ++i) {
    collected into;
    reader.begin(into, 1024);
    CHECK_FALSE(reader.begun());
    REQUIRE(feed(reader, counted, 7));
    CHECK(reader.done());
    CHECK(into.text == "abc");
    CHECK(reader.head().status == 201);
    CHECK(reader.reusable());
  }
}

TEST_CASE("response: a body of no bytes, and an answer that never has one") {
  for (const char* wire : {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 204 No Content\r\n\r\n",
                           "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"}) {
    response_reader reader(64, 1024);
    collected into;
    reader.begin(into, 1024);
    REQUIRE(feed(reader, wire, 5));
    CHECK(reader.done());
    CHECK(into.text.empty());
  }
}

TEST_CASE("response: what comes before the answer is passed over") {
  response_reader reader(64, 1024);
  collected into;
  reader.begin(into, 1024);
  REQUIRE(feed(reader, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + counted, 9));
  CHECK(reader.done());
  CHECK(reader.head().status == 201);
  CHECK(into.text == "abc");
}

TEST_CASE("response: the header's fields that matter are kept, whatever their case") {
  response_reader reader(1024, 1024);
  collected into;
  reader.begin(into, 1024);
  REQUIRE(
      feed(reader,
           "HTTP/1.1 429 Too Many Requests\r\nretry-after: 7\r\nX-KUBERNETES-PF-FlowSchema-UID: f\r\nlocation: /l\r\n"
           "CONTENT-TYPE: text/plain\r\nContent-Length: 0\r\n\r\n",
           1000));
  CHECK(reader.head().retry_after_seconds == 7);
  CHECK(reader.head().flow_schema == "f");
  CHECK(reader.head().location == "/l");
  CHECK(reader.head().content_type == "text/plain");
  CHECK(reader.head().reason == "Too Many Requests");
}

TEST_CASE("response: a Retry-After that is no number of seconds is none") {
  for (const char* value : {"Wed, 21 Oct 2026 07:28:00 GMT", "-1", "99999999999999999999", "1.5", ""}) {
    response_reader reader(1024, 1024);
    collected into;
    reader.begin(into, 1024);
    REQUIRE(
        feed(reader, "HTTP/1.1 503 X\r\nRetry-After: " + std::string(value) + "\r\nContent-Length: 0\r\n\r\n", 1000));
    CHECK(reader.head().retry_after_seconds == -1);
  }
}

TEST_CASE("response: a trailer does not speak for the header") {
  response_reader reader(1024, 1024);
  collected into;
  reader.begin(into, 1024);
  REQUIRE(
      feed(reader, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nContent-Type: text/html\r\n\r\n", 1000));
  CHECK(reader.done());
  CHECK(reader.head().content_type.empty());
}

TEST_CASE("response: a connection is not used again where the server says so, or said too much") {
  for (const std::string& wire : {std::string("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"),
                                  std::string("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"), counted + "surplus"}) {
    response_reader reader(1024, 1024);
    collected into;
    reader.begin(into, 1024);
    REQUIRE(feed(reader, wire, 1000));
    CHECK(reader.done());
    CHECK_FALSE(reader.reusable());
  }
}

TEST_CASE("response: without a length it ends with the connection") {
  response_reader reader(64, 1024);
  collected into;
  reader.begin(into, 1024);
  REQUIRE(feed(reader, "HTTP/1.1 200 OK\r\n\r\nabc", 4));
  CHECK_FALSE(reader.done());
  REQUIRE(reader.ended());
  CHECK(reader.done());
  CHECK(into.text == "abc");
  CHECK_FALSE(reader.reusable());
}

TEST_CASE("response: an answer that is cut short is a lost connection, wherever it is cut") {
  for (const std::string& wire : {chunked, counted}) {
    for (std::size_t size = 0; size < wire.size(); ++size) {
      CAPTURE(size);
      response_reader reader(64, 1024);
      collected into;
      reader.begin(into, 1024);
      REQUIRE(feed(reader, wire.substr(0, size), 1000));
      CHECK(reader.begun() == (size > 0));
      const auto end = reader.ended();
      REQUIRE_FALSE(end);
      CHECK(end.error().code == errc::connection_lost);
    }
  }
}

TEST_CASE("response: a header above its cap is refused, one below is not") {
  const auto with = [](std::size_t bytes) {
    response_reader reader(64, 1024);
    collected into;
    reader.begin(into, 1024);
    return feed(reader, "HTTP/1.1 200 OK\r\nX: " + std::string(bytes, 'x') + "\r\nContent-Length: 0\r\n\r\n", 100);
  };
  CHECK(with(900));
  const auto refused = with(1100);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == errc::too_large);
  CHECK(refused.error().detail == "the answer's header is larger than 1024 bytes");
}

TEST_CASE("response: a body above its cap is refused, counted or chunked or until the end") {
  for (const std::string& header : {std::string("Content-Length: 101\r\n\r\n"),
                                    std::string("Transfer-Encoding: chunked\r\n\r\n65\r\n"), std::string("\r\n")}) {
    response_reader reader(64, 1024);
    collected into;
    reader.begin(into, 100);
    const auto refused = feed(reader, "HTTP/1.1 200 OK\r\n" + header + std::string(101, 'x'), 1000);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == errc::too_large);
    CHECK(refused.error().detail == "the answer's body is larger than 100 bytes");
    CHECK(into.text.size() <= 100);
  }
}

TEST_CASE("response: a chunk's extension and trailers cannot grow without end") {
  for (const std::string& tail : {"5;" + std::string(5000, 'e'), "0\r\nX: " + std::string(5000, 't')}) {
    response_reader reader(64, 1024);
    collected into;
    reader.begin(into, response_reader::unlimited);
    const auto refused = feed(reader, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + tail, 50);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == errc::too_large);
  }
}

TEST_CASE("response: an unlimited body may be as long as it likes") {
  response_reader reader(64, 1024);
  collected into;
  reader.begin(into, response_reader::unlimited);
  REQUIRE(feed(reader, "HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n" + std::string(3'000'000, 'x'), 60'000));
  CHECK(into.text.size() == 3'000'000);
}

TEST_CASE("response: the sink may have had enough") {
  response_reader reader(64, 1024);
  collected into;
  into.stop_after = 5;
  reader.begin(into, 1024);
  REQUIRE(feed(reader, chunked, 1000));
  CHECK(reader.stopped());
  CHECK_FALSE(reader.done());
  CHECK_FALSE(reader.reusable());
  CHECK(into.text == "hello");
}

TEST_CASE("response: what is no HTTP, or ambiguous HTTP, is refused with its first words") {
  struct example {
    std::string wire;
    const char* words;
  };
  for (const auto& e :
       {example{"SSH-2.0-OpenSSH_9.2\r\n\r\n", "\"SSH-2.0-OpenSSH_9.2....\""},
        example{"HTTP/2.0 200 OK\r\n\r\n", "HTTP/2.0"}, example{"HTTP/1.1 2x0 OK\r\n\r\n", "2x0"},
        example{"HTTP/1.1 200 OK\r\nbad header\r\n\r\n", "bad header"},
        example{"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "Content-Length"},
        example{"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "Content-Length"},
        example{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", "Transfer-Encoding"},
        example{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "xyz"},
        example{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabcd\r\n", "bcd"},
        example{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n", "fff"}}) {
    CAPTURE(e.wire);
    response_reader reader(256, 1024);
    collected into;
    reader.begin(into, 1024);
    const auto refused = feed(reader, e.wire, 1000);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == errc::unexpected_answer);
    CHECK_MESSAGE(refused.error().detail.find(e.words) != std::string::npos, refused.error().detail);
  }
}

TEST_CASE("response: compression and other protocols were not asked for") {
  response_reader reader(256, 1024);
  collected into;
  reader.begin(into, 1024);
  auto refused = feed(reader, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx", 1000);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == errc::unexpected_answer);
  CHECK(into.text.empty());
  reader.begin(into, 1024);
  refused = feed(reader, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n", 1000);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == errc::unexpected_answer);
}

TEST_CASE("response: the answer to CONNECT has no body, whatever its header says") {
  response_reader reader(256, 1024);
  collected into;
  reader.begin(into, 0, true);
  REQUIRE(feed(reader, "HTTP/1.1 200 Connection established\r\nContent-Length: 10\r\n\r\n", 1000));
  CHECK(reader.done());
}
