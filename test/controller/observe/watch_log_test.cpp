#include "controller/observe/watch_log.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace berth;
using namespace berth::controller;
using namespace std::chrono_literals;

namespace {

struct still_clock final : k8s::clock {
  instant now() const override { return time; }
  wall_time wall() const override { return {}; }
  boost::asio::awaitable<void> sleep_until(instant) override { co_return; }
  instant time{100h};
};

struct scene {
  static void keep(void* to, std::string_view line) { static_cast<std::vector<std::string>*>(to)->emplace_back(line); }
  std::vector<std::string> take() { return std::exchange(lines, {}); }

  std::vector<std::string> lines;
  controller::log out{log_format::text, 2, &scene::keep, &lines};
  metrics figures{{"berth"}};
  still_clock time;
  watch_log watches{out, figures, time};
  k8s::collection pods{"pods", "/api/v1/pods", ""};
};

}  // namespace

TEST_CASE("watch log: an outage of a minute is four lines, not sixty, and every failure is counted") {
  scene s;
  for (int i = 0; i < 61; ++i) {
    s.watches.failed(s.pods, "watch", {k8s::errc::unreachable, "connection refused"}, 1000ms);
    s.time.time += 1s;
  }
  s.watches.recovered(s.pods);
  const auto lines = s.take();
  REQUIRE(lines.size() == 4);
  CHECK(lines[0] ==
        "\"Cannot follow the API server; trying again\" resource=\"pods\" phase=\"watch\" err=\"connection refused\" "
        "retryIn=\"1s\" timesSinceLastSaid=1");
  CHECK(lines[1].ends_with("timesSinceLastSaid=30"));
  CHECK(lines[3] == "\"Following the API server again\" resource=\"pods\" failures=61 after=\"1m1s\"");
  CHECK(s.figures.text().find("berth_watch_failures_total{reason=\"unreachable\",resource=\"pods\"} 61") !=
        std::string::npos);
}

TEST_CASE("watch log: a missing permission is told of elsewhere") {
  scene s;
  s.watches.failed(s.pods, "list", {k8s::errc::forbidden, "no"}, 1000ms);
  s.watches.recovered(s.pods);
  CHECK(s.take().empty());
}

TEST_CASE("watch log: objects that cannot be read are ten lines a minute, however many come, and all are counted") {
  scene s;
  for (int i = 0; i < 100'000; ++i) s.watches.dropped(s.pods, {k8s::errc::malformed, "pods: no name"});
  CHECK(s.take().size() == 10);
  s.time.time += 1min;
  for (int i = 0; i < 5; ++i) s.watches.dropped(s.pods, {k8s::errc::malformed, "pods: no name"});
  const auto lines = s.take();
  REQUIRE(lines.size() == 5);
  CHECK(lines[0] ==
        "\"An object could not be read and is left out\" err=\"pods: no name\" resource=\"pods\" notSaid=99990");
  CHECK(lines[1] == "\"An object could not be read and is left out\" err=\"pods: no name\" resource=\"pods\"");
  // Another resource has its own ten.
  s.watches.dropped({"nodes", "/api/v1/nodes", ""}, {k8s::errc::malformed, "nodes: no name"});
  CHECK(s.take().size() == 1);
  CHECK(s.figures.text().find("berth_dropped_objects_total{resource=\"pods\"} 100005") != std::string::npos);
}

TEST_CASE(
    "watch log: what is known is stale once a resource could not be followed for a minute, until it is confirmed") {
  scene s;
  const k8s::collection nodes{"nodes", "/api/v1/nodes", ""};
  const auto fails = [&](const k8s::collection& what) {
    s.watches.failed(what, "watch", {k8s::errc::forbidden, "no"}, 1s);
  };
  CHECK_FALSE(s.watches.stale(s.time.time + 24h));
  fails(s.pods);
  s.time.time += 30s;
  fails(s.pods);
  fails(nodes);
  CHECK_FALSE(s.watches.stale(s.time.time + 29s));
  CHECK(s.watches.stale(s.time.time + 30s));
  s.watches.confirmed(s.pods);
  CHECK_FALSE(s.watches.stale(s.time.time + 30s));
  CHECK(s.watches.stale(s.time.time + 60s));
  s.watches.listed(nodes, 3);
  CHECK_FALSE(s.watches.stale(s.time.time + 24h));
  fails(nodes);
  s.watches.recovered(nodes);
  CHECK_FALSE(s.watches.stale(s.time.time + 24h));
}
