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
