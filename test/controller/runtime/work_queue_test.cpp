#include "controller/runtime/work_queue.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using namespace berth::controller;
using namespace std::chrono_literals;

namespace {

const instant start{1h};

/// Writes down what it is told; times in milliseconds.
struct scribe final : work_queue_observer {
  std::vector<std::string> told;
  void added() override { told.emplace_back("added"); }
  void taken(duration waited) override { note("taken after ", waited); }
  void worked(duration took) override { note("worked for ", took); }
  void retried() override { told.emplace_back("retried"); }
  void note(std::string what, duration d) {
    what += std::to_string(std::chrono::duration_cast<milliseconds>(d).count());
    told.push_back(std::move(what));
  }
  std::vector<std::string> take() { return std::exchange(told, {}); }
};
using lines = std::vector<std::string>;

}  // namespace

TEST_CASE("work queue: keys are taken in their order, each once however often it was added") {
  work_queue q;
  for (const char* key : {"a", "b", "a", "c", "b"}) q.add(key, start);
  CHECK(q.size() == 3);
  CHECK(q.take(start) == "a");
  CHECK(q.take(start) == "b");
  CHECK(q.take(start) == "c");
  CHECK(!q.take(start));
  CHECK(q.next_due() == never);
}

TEST_CASE("work queue: a key that is added while it is worked on is taken again afterwards, and by nobody meanwhile") {
  work_queue q;
  q.add("a", start);
  CHECK(q.take(start) == "a");
  q.add("a", start);
  CHECK(!q.take(start));
  q.done("a", start);
  CHECK(q.take(start) == "a");
  q.done("a", start);
  CHECK(!q.take(start));
}

TEST_CASE("work queue: a key that fails comes back after 1 s, doubling to 60 s, and not sooner whatever is added") {
  work_queue q;
  instant now = start;
  q.add("a", now);
  for (const auto pause : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
    REQUIRE(q.take(now) == "a");
    q.add("a", now);
    q.failed("a", now);
    q.add("a", now);
    CHECK(q.next_due() == now + pause);
    CHECK(!q.take(now + pause - 1ms));
    now += pause;
  }
  REQUIRE(q.take(now) == "a");
  q.done("a", now);
  q.add("a", now);
  REQUIRE(q.take(now) == "a");
  q.failed("a", now);
  CHECK(q.next_due() == now + 1s);
}

TEST_CASE("work queue: a key that fails holds up no other") {
  work_queue q;
  q.add("a", start);
  q.add("b", start);
  REQUIRE(q.take(start) == "a");
  q.failed("a", start);
  CHECK(q.take(start) == "b");
}

TEST_CASE("work queue: the observer is told of a key once until it is taken, of how long it waited and was worked on") {
  scribe ear;
  work_queue q(&ear);
  q.add("a", start);
  q.add("a", start + 1s);
  CHECK(ear.take() == lines{"added"});
  REQUIRE(q.take(start + 3s) == "a");
  q.add("a", start + 4s);
  q.done("a", start + 5s);
  CHECK(ear.take() == lines{"taken after 3000", "added", "worked for 2000"});
  REQUIRE(q.take(start + 5s) == "a");
  q.done("a", start + 5s);
  CHECK(ear.take() == lines{"taken after 1000", "worked for 0"});
}

TEST_CASE("work queue: a key that failed is retried, and waits from when its pause is over") {
  scribe ear;
  work_queue q(&ear);
  q.add("a", start);
  REQUIRE(q.take(start) == "a");
  q.failed("a", start + 2s);
  q.add("a", start + 2s);
  CHECK(ear.take() == lines{"added", "taken after 0", "worked for 2000", "retried"});
  REQUIRE(q.take(start + 10s) == "a");
  CHECK(ear.take() == lines{"added", "taken after 7000"});
}

TEST_CASE("work queue: as it stands, pauses that are over count as waiting, and work under way by its age") {
  work_queue q;
  CHECK(q.stand(start).depth == 0);
  for (const char* key : {"a", "b", "c"}) q.add(key, start);
  REQUIRE(q.take(start) == "a");
  REQUIRE(q.take(start + 1s) == "b");
  q.add("b", start + 1s);  // waits again while it is worked on
  q.failed("a", start + 1s);
  REQUIRE(q.take(start + 1s) == "c");
  const auto paused = q.stand(start + 1s + 999ms);
  CHECK(paused.depth == 1);
  CHECK(paused.unfinished == 999ms + 999ms);
  const auto over = q.stand(start + 2s);
  CHECK(over.depth == 2);
  CHECK(over.unfinished == 2s);
  CHECK(over.longest == 1s);
  q.done("b", start + 2s);
  q.done("c", start + 3s);
  CHECK(q.stand(start + 9s).unfinished == 0s);
  CHECK(q.stand(start + 9s).longest == 0s);
}
