#include "test/k8s/rig.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

using namespace berth;
using namespace berth::k8s;
using namespace berth::test;
using namespace std::chrono_literals;

namespace {

const std::string list_begin = R"({"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"7"},"items":[)";

struct listed {
  std::vector<std::string> items;
  result<list_head> head{list_head{}};
};

listed list(rig& r, std::chrono::milliseconds timeout = 10s) {
  listed all;
  client::item_handler on_item = [&all](const encoded& item) { all.items.emplace_back(item.bytes); };
  all.head = r.wait(r.api().list("/api/v1/pods", on_item, {.timeout = timeout}));
  return all;
}

struct watched {
  std::vector<std::string> lines;
  error end;  ///< errc::ok where it ended well
};

task<error> end_of(client& api, client::event_handler each) {
  const stream_options options{.timeout = 10s};
  const auto end = co_await api.watch("/api/v1/pods?watch=true", std::move(each), options);
  co_return end ? error{} : end.error();
}

watched watch(rig& r, std::size_t stop_after = 1000) {
  watched all;
  client::event_handler on_event = [&](const encoded& line) {
    all.lines.emplace_back(line.bytes);
    return all.lines.size() < stop_after;
  };
  all.end = r.wait(end_of(r.api(), on_event));
  return all;
}

}  // namespace

TEST_CASE("list: items come one by one, the head at the end, and the connection is kept") {
  rig r;
  r.server.next({request, chunked, chunk(list_begin), chunk(R"({"a":1},{"b")"), chunk(R"(:"x]}"}]})"), last_chunk,
                 request, ok(list_begin + "]}"), hold});
  const auto all = list(r);
  REQUIRE(all.head.has_value());
  CHECK(all.head->resource_version == "7");
  CHECK(all.items == std::vector<std::string>{R"({"a":1})", R"({"b":"x]}"})"});
  CHECK(list(r).items.empty());
  CHECK(r.server.connections == 1);
}

TEST_CASE("list: one that is cut in the middle of an item is a lost connection") {
  rig r;
  r.server.next({request, chunked, chunk(list_begin), chunk(R"({"a":1},{"b")"), cut});
  r.server.next({request, chunked, chunk(list_begin), chunk(R"({"a":1},{"b")"), last_chunk, hold});
  r.server.next(
      {request, send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + list_begin + R"({"a":1})"), cut});
  for (int i = 0; i < 3; ++i) {
    const auto all = list(r);
    REQUIRE_FALSE(all.head.has_value());
    CHECK(all.head.error().code == errc::connection_lost);
    CHECK(all.head.error().detail.starts_with("GET " + r.url() + "/api/v1/pods: "));
    CHECK(all.items == std::vector<std::string>{R"({"a":1})"});
  }
}

TEST_CASE("list: refusals come back with their reason, as 410 does") {
  rig r;
  r.server.next(
      {request, answer("410 Gone", R"({"kind":"Status","reason":"Expired","message":"too old","code":410})"), request,
       answer("403 Forbidden", R"({"kind":"Status","reason":"Forbidden","message":"pods is forbidden","code":403})"),
       hold});
  CHECK(list(r).head.error().code == errc::gone);
  const auto forbidden = list(r).head.error();
  CHECK(forbidden.code == errc::forbidden);
  CHECK(forbidden.detail == "GET " + r.url() + "/api/v1/pods: Forbidden: pods is forbidden");
  CHECK(r.server.connections == 1);
}

TEST_CASE("list: an answer that is no list is refused") {
  rig r;
  r.server.next({request, answer("200 OK", "<html>", "Content-Type: text/html\r\n"), hold});
  r.server.next({request, ok(R"({"kind":"Pod"})"), hold});
  r.server.next(
      {request, ok(R"({"kind":"Status","status":"Failure","reason":"Expired","message":"m","code":410})"), hold});
  CHECK(list(r).head.error().code == errc::unexpected_answer);
  CHECK(list(r).head.error().code == errc::unexpected_answer);
  CHECK(list(r).head.error().code == errc::gone);
}

TEST_CASE("list: an endless refusal is not collected for ever") {
  rig r;
  const std::string much(300'000, 'x');
  r.server.next({request, send("HTTP/1.1 500 X\r\nTransfer-Encoding: chunked\r\n\r\n"), chunk(much), chunk(much),
                 chunk(much), chunk(much), chunk(much), hold});
  const auto all = list(r);
  REQUIRE_FALSE(all.head.has_value());
  CHECK(all.head.error().code == errc::server_error);
  CHECK(all.head.error().detail.size() < 400);
}

TEST_CASE("list: it has a deadline") {
  rig r;
  r.server.next({request, chunked, chunk(list_begin), hold});
  CHECK(list(r, 30ms).head.error().code == errc::timed_out);
}

TEST_CASE("watch: lines come one by one, however they are chunked") {
  rig r;
  r.server.next({request, chunked, chunk("{\"a\":1}\n{\"b\""), chunk(":2}\n"), chunk("{\"c\":3}\n"), last_chunk,
                 request, chunked, last_chunk, hold});
  const auto all = watch(r);
  CHECK(all.end.code == errc::ok);
  CHECK(all.lines == std::vector<std::string>{"{\"a\":1}", "{\"b\":2}", "{\"c\":3}"});
  CHECK(watch(r).end.code == errc::ok);
  CHECK(r.server.connections == 1);
}

TEST_CASE("watch: it ends where the caller has had enough, and that connection is not used again") {
  rig r;
  r.server.next({request, chunked, chunk("1\n2\n3\n"), hold});
  r.server.next({request, chunked, last_chunk, hold});
  const auto all = watch(r, 2);
  CHECK(all.end.code == errc::ok);
  CHECK(all.lines == std::vector<std::string>{"1", "2"});
  CHECK(watch(r).end.code == errc::ok);
  CHECK(r.server.connections == 2);
}

TEST_CASE("watch: what was cut in the middle of a line is not delivered") {
  rig r;
  r.server.next({request, chunked, chunk("{\"a\":1}\n{\"b"), cut});
  r.server.next({request, chunked, chunk("{\"a\":1}\n{\"b"), last_chunk, hold});
  for (int i = 0; i < 2; ++i) {
    const auto all = watch(r);
    CHECK(all.lines == std::vector<std::string>{"{\"a\":1}"});
    CHECK(all.end.code == errc::connection_lost);
  }
}

TEST_CASE("watch: a line above the cap ends it") {
  rig r;
  r.options.max_event = 1000;
  r.server.next({request, chunked, chunk("1\n" + std::string(1500, 'x') + "\n2\n"), hold});
  const auto all = watch(r);
  CHECK(all.lines == std::vector<std::string>{"1"});
  CHECK(all.end.code == errc::too_large);
}

TEST_CASE("watch: a refusal to begin it comes back") {
  rig r;
  r.server.next(
      {request, answer("429 Too Many Requests", "later", "Content-Type: text/plain\r\nRetry-After: 4\r\n"), hold});
  const auto refused = watch(r).end;
  CHECK(refused.code == errc::too_many_requests);
  CHECK(refused.retry_after_seconds == 4);
  CHECK(r.time.slept.empty());
}

TEST_CASE("watch: it does not stand in the way of lists, other watches and writes") {
  rig r;
  r.server.next({request, chunked, hold});
  r.server.next({request, ok(list_begin + "]}"), hold});
  r.server.next({request, ok("{}"), hold});
  boost::asio::cancellation_signal cancel;
  bool ended = false;
  auto note = [&ended](std::exception_ptr, result<void>) { ended = true; };
  client::event_handler ignore = [](const encoded&) { return true; };
  boost::asio::co_spawn(r.io, r.api().watch("/w", ignore, {.timeout = 1h}),
                        boost::asio::bind_cancellation_slot(cancel.slot(), note));
  r.until([&] { return r.server.requests.size() == 1; });
  CHECK(list(r).head.has_value());
  CHECK(r.post().has_value());
  CHECK(r.server.connections == 3);
  cancel.emit(boost::asio::cancellation_type::terminal);
  r.until([&] { return ended; });
}
