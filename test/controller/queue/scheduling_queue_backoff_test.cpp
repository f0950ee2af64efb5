#include "test/controller/queue/queue_fixture.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::controller;
using namespace std::chrono_literals;
using berth::test::make_pod;
using berth::test::queue_fixture;

TEST_CASE_FIXTURE(queue_fixture, "queue: a pod in backoff yields to active ones until its time has come") {
  add(make_pod("a"));
  REQUIRE(pop_name() == "a");
  refuse({"Fit"});
  now += 200ms;
  q.happened(pod_deleted(), now);
  add(make_pod("b").priority(-1));
  add(make_pod("c").priority(-1));
  CHECK(pop_name() == "b");
  // Refused at :00.0 for 1 s: it leaves with the window of that second, at :02.
  CHECK(q.next_tick() == instant(100h) + 2s);
  now = instant(100h) + 1999ms;
  q.tick(now);
  CHECK(q.size(queue_name::backoff) == 1);
  now = instant(100h) + 2s;
  CHECK(pop_name() == "a");
  CHECK(pop_name() == "c");
  CHECK(incoming["active/BackoffComplete"] == 1);
}

TEST_CASE_FIXTURE(queue_fixture, "queue: backoff doubles from one second to ten") {
  add(make_pod("a"));
  for (const auto expected : {1s, 2s, 4s, 8s, 10s, 10s}) {
    REQUIRE(pop_name() == "a");
    fail();
    CHECK(q.next_tick() == now + expected + 1s);
    CHECK(pop_name() == "");  // after an error it is never tried before its time
    now = q.next_tick();
  }
}

TEST_CASE_FIXTURE(queue_fixture, "queue: errors in a row set the backoff, refusals do once they have ended") {
  add(make_pod("a"));
  REQUIRE(pop_name() == "a");
  refuse({"Fit"});
  q.happened(pod_deleted(), now);
  for (int i = 0; i < 3; ++i) {
    REQUIRE(pop_name() == "a");
    fail();
    now = q.next_tick();
  }
  REQUIRE(pop_name() == "a");
  refuse({"Fit"});  // the second refusal: 2 s
  q.happened(pod_deleted(), now);
  CHECK(q.next_tick() == now + 3s);
}

TEST_CASE_FIXTURE(queue_fixture, "queue: no backoff where its maximum is 0") {
  scheduling_queue hasty({.max_backoff = 0s}, rules, *this);
  hasty.add({make_pod("a"), nullptr}, now);
  auto e = hasty.pop(now);
  REQUIRE(e);
  hasty.failed(std::move(*e), now);
  CHECK(hasty.size(queue_name::active) == 1);
}

TEST_CASE_FIXTURE(queue_fixture,
                  "queue: a pod whose PreEnqueue plugin fails backs off longer and longer, and is not tried") {
  rules.broken_gate = true;
  add(make_pod("a"));
  CHECK(failures == std::vector<std::string>{"a: running PreEnqueue plugin \"Gate\": boom"});
  CHECK(q.size(queue_name::backoff) == 1);
  CHECK(pop_name() == "");  // though nothing else is waiting
  now += 2s;
  CHECK(pop_name() == "");
  CHECK(failures.size() == 2);
  now += 2s;
  CHECK(pop_name() == "");
  CHECK(failures.size() == 2);  // 2 s this time
  now += 1s;
  CHECK(pop_name() == "");
  CHECK(failures.size() == 3);
  rules.broken_gate = false;
  now += 5s;
  CHECK(pop_name() == "a");
  CHECK(last.attempts == 1);
}

TEST_CASE_FIXTURE(queue_fixture, "queue: a PreEnqueue failure without backoff configured is not asked on end") {
  scheduling_queue hasty({.max_backoff = 0s}, rules, *this);
  rules.broken_gate = true;
  hasty.add(info(make_pod("a")), now);
  CHECK(!hasty.pop(now));
  CHECK(!hasty.pop(now));
  CHECK(failures.size() == 1);
  CHECK(hasty.next_tick() > now);
  CHECK(hasty.next_tick() <= now + 2s);
}

TEST_CASE_FIXTURE(queue_fixture, "queue: a pod that is deleted while its PreEnqueue failure backs off is gone") {
  rules.broken_gate = true;
  const make_pod pod("a");
  add(pod);
  q.remove(k8s::pod_ptr(pod)->uid);
  rules.broken_gate = false;
  now += 10s;
  CHECK(pop_name() == "");
  CHECK(q.size(queue_name::backoff) == 0);
}
