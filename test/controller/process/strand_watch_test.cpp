#include "controller/process/strand_watch.hpp"
#include "controller/runtime/task_group.hpp"
#include "controller/serving/ask_within.hpp"
#include "test/support/fake_time.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

using namespace berth;
using namespace berth::controller;
using namespace std::chrono_literals;

namespace {

k8s::task<std::string> answer_with(std::string text) { co_return text; }
k8s::task<std::string> fail_with(std::string text) {
  throw std::runtime_error(text);
  co_return text;
}

/// Two executors: what is watched runs only when the test says so.
struct scene {
  scene() { tasks.spawn("watch", watch.run()); }
  ~scene() {
    tasks.stop();
    time.run();
  }
  void let_strand_run() {
    strand.restart();
    strand.poll();
  }

  boost::asio::io_context apart, strand;
  test::fake_time time{apart};
  std::vector<std::string> lines;
  controller::log log{
      log_format::text, 2,
      [](void* to, std::string_view line) { static_cast<std::vector<std::string>*>(to)->emplace_back(line); }, &lines};
  strand_watch watch{strand.get_executor(), time, log};
  task_group tasks{apart.get_executor()};
};

}  // namespace

TEST_CASE("strand watch: while the strand moves nothing is said, however long it goes on") {
  scene s;
  for (int i = 0; i < 100; ++i) {
    s.time.advance(5s);
    s.let_strand_run();
    CHECK(s.watch.stuck_for(s.time.now()) == 0s);
  }
  CHECK(s.lines.empty());
}

TEST_CASE("strand watch: a strand that stands still is told of once, with for how long, and when it goes on") {
  scene s;
  s.time.advance(5s);
  s.let_strand_run();
  s.time.advance(60s);
  CHECK(s.watch.stuck_for(s.time.now()) >= 55s);
  CHECK(s.watch.stuck_for(s.time.now()) <= 60s);
  REQUIRE(s.lines.size() == 1);
  CHECK(s.lines[0] == "\"Decisions stand still: a plugin, or a decision, does not return\" for=\"10s\"");
  s.let_strand_run();
  CHECK(s.watch.stuck_for(s.time.now()) == 0s);
  s.time.advance(5s);
  REQUIRE(s.lines.size() == 2);
  CHECK(s.lines[1].starts_with("\"Decisions go on\" after="));
}

TEST_CASE("ask within: an answer in time comes back; one that does not is given up, and may come later") {
  boost::asio::io_context here, there;
  std::optional<std::string> got;
  bool ended = false;
  const auto note = [&](std::exception_ptr, std::optional<std::string> a) {
    got = std::move(a);
    ended = true;
  };
  const auto ask = [&](k8s::task<std::string> question, std::chrono::milliseconds patience) {
    ended = false;
    here.restart();
    boost::asio::co_spawn(here, ask_within(there.get_executor(), std::move(question), patience), note);
  };
  ask(answer_with("yes"), 1h);
  here.poll();
  CHECK_FALSE(ended);
  there.poll();
  here.poll();
  CHECK(ended);
  CHECK(got == "yes");

  ask(fail_with("no"), 1h);
  here.poll();
  there.restart();
  there.poll();
  here.poll();
  CHECK(ended);
  CHECK_FALSE(got);

  ask(answer_with("late"), 0ms);
  here.run();
  CHECK(ended);
  CHECK_FALSE(got);
  there.restart();
  there.poll();
  here.restart();
  here.run();
  CHECK_FALSE(got);
}
