#include "controller/runtime/work_queue.hpp"

#include <doctest/doctest.h>

using namespace berth::controller;
using namespace std::chrono_literals;

namespace {

const instant start{1h};

}  // namespace

TEST_CASE("work queue: keys are taken in their order, each once however often it was added") {
  work_queue q;
  for (const char* key : {"a", "b", "a", "c", "b"}) q.add(key);
  CHECK(q.size() == 3);
  CHECK(q.take(start) == "a");
  CHECK(q.take(start) == "b");
  CHECK(q.take(start) == "c");
  CHECK(!q.take(start));
  CHECK(q.next_due() == never);
}

TEST_CASE("work queue: a key that is added while it is worked on is taken again afterwards, and by nobody meanwhile") {
  work_queue q;
  q.add("a");
  CHECK(q.take(start) == "a");
  q.add("a");
  CHECK(!q.take(start));
  q.done("a");
  CHECK(q.take(start) == "a");
  q.done("a");
  CHECK(!q.take(start));
}

TEST_CASE("work queue: a key that fails comes back after 1 s, doubling to 60 s, and not sooner whatever is added") {
  work_queue q;
  q.add("a");
  instant now = start;
  for (const auto pause : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
    REQUIRE(q.take(now) == "a");
    q.add("a");
    q.failed("a", now);
    q.add("a");
    CHECK(q.next_due() == now + pause);
    CHECK(!q.take(now + pause - 1ms));
    now += pause;
  }
  REQUIRE(q.take(now) == "a");
  q.done("a");
  q.add("a");
  REQUIRE(q.take(now) == "a");
  q.failed("a", now);
  CHECK(q.next_due() == now + 1s);
}

TEST_CASE("work queue: a key that fails holds up no other") {
  work_queue q;
  q.add("a");
  q.add("b");
  REQUIRE(q.take(start) == "a");
  q.failed("a", start);
  CHECK(q.take(start) == "b");
}
