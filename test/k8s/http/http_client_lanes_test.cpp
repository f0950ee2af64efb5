#include "test/k8s/rig.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

/// Lanes: connections of their own, so many at a time, whose turn it is, and how many requests in a second.
using namespace berth;
using namespace berth::k8s;
using namespace berth::test;
using namespace std::chrono_literals;

TEST_CASE("client: lanes have connections of their own") {
  rig r;
  for (int i = 0; i < 4; ++i) r.server.next({request, ok("{}"), hold});
  for (const auto l : {lane::bindings, lane::writes, lane::reads, lane::lease})
    CHECK(r.get("/x", {.lane = l}).has_value());
  CHECK(r.server.connections == 4);
}

TEST_CASE("client: requests beyond a lane's cap wait for their turn, in order") {
  rig r;
  r.options.writes = 1;
  r.server.next({request, ok("1"), request, ok("2"), request, ok("3"), hold});
  std::vector<std::string> order;
  auto note = [&order](std::exception_ptr, result<std::string> got) { order.push_back(got.value()); };
  for (const char* path : {"/1", "/2", "/3"})
    boost::asio::co_spawn(r.io, r.api().get(path, {.lane = lane::writes}), note);
  r.until([&] { return order.size() == 3; });
  CHECK(order == std::vector<std::string>{"1", "2", "3"});
  CHECK(r.server.connections == 1);
  CHECK(r.server.requests[2].starts_with("GET /3 "));
}

TEST_CASE("client: a request that never has its turn ends at its own deadline, unsent") {
  rig r;
  r.options.writes = 1;
  r.server.next({request, hold});
  bool first_ended = false;
  auto note = [&first_ended](std::exception_ptr, result<std::string>) { first_ended = true; };
  boost::asio::co_spawn(r.io, r.api().get("/1", {.lane = lane::writes, .timeout = 300ms, .retry = false}), note);
  const auto late = r.get("/2", {.lane = lane::writes, .timeout = 20ms});
  REQUIRE_FALSE(late.has_value());
  CHECK(late.error().code == errc::unreachable);
  CHECK(late.error().detail == "GET " + r.url() + "/2: timed out waiting for one of 1 connections");
  r.until([&] { return first_ended; });
  CHECK(r.server.requests.size() == 1);
}

TEST_CASE("client: a lane uses as many connections as it may") {
  rig r;
  r.options.bindings = 3;
  std::vector<step> six;
  for (int i = 0; i < 6; ++i) six.insert(six.end(), {request, ok("{}")});
  for (int i = 0; i < 4; ++i) r.server.next(six);
  int ended = 0;
  auto note = [&ended](std::exception_ptr, result<std::string> got) { ended += got.has_value(); };
  for (int i = 0; i < 6; ++i) boost::asio::co_spawn(r.io, r.api().create("/x", "{}", {.lane = lane::bindings}), note);
  r.until([&] { return ended == 6; });
  CHECK(r.server.connections == 3);
}

TEST_CASE("client: a cancelled call throws and leaves the lane in order") {
  rig r;
  r.options.writes = 1;
  r.server.next({request, hold});
  r.server.next({request, ok("{}"), hold});
  boost::asio::cancellation_signal cancel;
  std::exception_ptr thrown;
  bool ended = false;
  auto note = [&](std::exception_ptr problem, result<std::string>) {
    thrown = problem;
    ended = true;
  };
  boost::asio::co_spawn(r.io, r.api().create("/x", "{}", {.lane = lane::writes}),
                        boost::asio::bind_cancellation_slot(cancel.slot(), note));
  r.until([&] { return !r.server.requests.empty(); });
  cancel.emit(boost::asio::cancellation_type::terminal);
  r.until([&] { return ended; });
  REQUIRE(thrown);
  CHECK_THROWS_AS(std::rethrow_exception(thrown), boost::system::system_error);
  CHECK(r.post("{}", {.lane = lane::writes}).has_value());
}

TEST_CASE("client: a call that is cancelled while it waits for its turn makes room for the next") {
  rig r;
  r.options.writes = 1;
  r.server.next({request, hold});
  r.server.next({request, ok("{}"), hold});
  boost::asio::cancellation_signal cancel;
  int ended = 0;
  auto note = [&](std::exception_ptr, result<std::string>) { ++ended; };
  boost::asio::co_spawn(r.io, r.api().create("/1", "{}", {.lane = lane::writes, .timeout = 50ms}), note);
  boost::asio::co_spawn(r.io, r.api().create("/2", "{}", {.lane = lane::writes}),
                        boost::asio::bind_cancellation_slot(cancel.slot(), note));
  r.until([&] { return !r.server.requests.empty(); });
  cancel.emit(boost::asio::cancellation_type::terminal);
  CHECK(r.post("{}", {.lane = lane::writes}).has_value());
  CHECK(ended == 2);
  CHECK(r.server.requests.size() == 2);
}

TEST_CASE("client: the lease and the events have a limit of their own, so that neither waits for all else") {
  for (const lane own : {lane::lease, lane::events}) {
    rig r;
    r.options.qps = 0.01;
    r.options.burst = 1;
    for (int i = 0; i < 3; ++i) r.server.next({request, ok("{}"), request, ok("{}"), hold});
    r.get("/x", {.lane = lane::reads});
    r.post("{}", {.lane = own});
    CHECK(r.time.slept.empty());
    r.post("{}", {.lane = own});
    r.post("{}", {.lane = lane::bindings});
    CHECK(r.time.slept == std::vector<std::chrono::milliseconds>{100s});  // by then there is a token for the binding
  }
}

TEST_CASE("client: qps and burst hold requests back, over all other lanes") {
  rig r;
  r.options.qps = 10;
  r.options.burst = 2;
  r.server.next({request, ok("{}"), request, ok("{}"), hold});
  r.server.next({request, ok("{}"), request, ok("{}"), hold});
  r.get("/x", {.lane = lane::reads});
  r.get("/x", {.lane = lane::writes});
  CHECK(r.time.slept.empty());
  r.get("/x", {.lane = lane::reads});
  r.get("/x", {.lane = lane::writes});
  CHECK(r.time.slept == std::vector<std::chrono::milliseconds>{100ms, 100ms});
}
