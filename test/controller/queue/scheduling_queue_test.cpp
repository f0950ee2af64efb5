#include "test/controller/queue/queue_fixture.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>

using namespace berth;
using namespace berth::controller;
using namespace std::chrono_literals;
using berth::test::make_pod;
using berth::test::queue_fixture;

TEST_CASE_FIXTURE(queue_fixture, "queue: pods come out by priority, then by time, then by arrival") {
  add(make_pod("a"));
  add(make_pod("b"));
  now += 1s;
  add(make_pod("c"));
  add(make_pod("urgent").priority(10));
  CHECK(q.size(queue_name::active) == 4);
  CHECK(pop_name() == "urgent");
  CHECK(pop_name() == "a");
  CHECK(pop_name() == "b");
  CHECK(pop_name() == "c");
  CHECK(pop_name() == "");
  CHECK(q.in_flight() == 4);
}

TEST_CASE_FIXTURE(queue_fixture, "queue: a pod is there once, however often it is added") {
  add(make_pod("a"));
  add(make_pod("a").label("x", "y"));
  CHECK(q.size(queue_name::active) == 1);
  CHECK(pop_name() == "a");
  CHECK(last.pod.spec().labels.contains("x"));
  add(make_pod("a"));  // in flight
  CHECK(pop_name() == "");
  CHECK(last.attempts == 1);
}

TEST_CASE_FIXTURE(queue_fixture, "queue: a gated pod waits without an attempt until its gates are gone") {
  const k8s::pod_ptr gated = make_pod("a").gate("example.com/quota");
  q.add(info(gated), now);
  CHECK(q.size(queue_name::gated) == 1);
  CHECK(incoming == std::map<std::string, int>{{"gated/UnscheduledPodAdd", 1}});
  CHECK(gates == std::vector<std::string>{"SchedulingGates: waiting for scheduling gates"});
  CHECK(q.size(queue_name::unschedulable) == 0);
  CHECK(pop_name() == "");
  q.happened(pod_deleted(), now);
  CHECK(pop_name() == "");
  now += 10min;
  CHECK(pop_name() == "");  // time does not open a gate
  CHECK(q.size(queue_name::gated) == 1);
  q.update(gated, info(make_pod("a").version("2")), now);
  CHECK(pop_name() == "a");
  CHECK(last.attempts == 1);
  CHECK(last.first_tried == now);  // the gated time does not count
}

TEST_CASE_FIXTURE(queue_fixture, "queue: a pod whose gates come back, out of an older copy of etcd, is not tried") {
  const k8s::pod_ptr free = make_pod("a"), gated = make_pod("a").gate("example.com/quota");
  SUBCASE("while it waits for its turn") { q.add(info(free), now); }
  SUBCASE("while it waits for its backoff") {
    q.add(info(free), now);
    REQUIRE(pop_name() == "a");
    fail();
  }
  q.update(free, info(gated), now);
  CHECK(q.size(queue_name::gated) == 1);
  now += 10min;
  CHECK(pop_name() == "");
  q.update(gated, info(free), now);
  CHECK(pop_name() == "a");
}

TEST_CASE_FIXTURE(queue_fixture, "queue: a pod given back keeps its turn and its count") {
  add(make_pod("a"));
  now += 1s;
  add(make_pod("b"));
  REQUIRE(pop_name() == "a");
  q.give_back(std::move(last), now);
  CHECK(pop_name() == "a");
  CHECK(last.attempts == 1);
}

TEST_CASE_FIXTURE(queue_fixture, "queue: a removed pod is gone from wherever it was") {
  for (const char* name : {"active", "refused", "gated", "error", "backoff"}) {
    if (std::string_view(name) == "gated") {
      add(make_pod("gated").gate("g"));
      continue;
    }
    add(make_pod(name).priority(100));
    if (std::string_view(name) == "active") {
      REQUIRE(pop_name() == name);
      q.give_back(std::move(last), now);
      continue;
    }
    q.remove("default-active");
    add(make_pod("active"));
    REQUIRE(pop_name() == name);
    if (std::string_view(name) == "error")
      fail();
    else
      refuse({std::string_view(name) == "backoff" ? "Fit" : "Affinity"});
  }
  q.happened(pod_deleted(), now);
  CHECK(q.size(queue_name::backoff) == 2);
  for (const char* name : {"active", "refused", "gated", "error", "backoff"}) q.remove(std::string("default-") + name);
  for (const queue_name n : {queue_name::active, queue_name::backoff, queue_name::unschedulable, queue_name::gated})
    CHECK(q.size(n) == 0);
  CHECK(q.next_tick() == never);
}

TEST_CASE_FIXTURE(queue_fixture, "queue: refusals are told by plugin and profile") {
  for (int i = 0; i < 3; ++i) {
    add(make_pod("p" + std::to_string(i)));
    REQUIRE(pop_name() != "");
    refuse({"Affinity", "Fit"});
  }
  std::map<std::string, std::size_t> counts;
  q.for_each_refusal([&](std::string_view plugin, std::string_view profile, std::size_t n) {
    counts[std::string(plugin) + "/" + std::string(profile)] += n;
  });
  CHECK(counts == std::map<std::string, std::size_t>{{"Affinity/berth", 3}, {"Fit/berth", 3}});
}

TEST_CASE_FIXTURE(queue_fixture, "queue: the oldest schedulable pod is one that no plugin refused and no gate holds") {
  CHECK_FALSE(q.oldest_schedulable());
  add(make_pod("gated").gate("example.com/quota"));
  CHECK_FALSE(q.oldest_schedulable());
  add(make_pod("refused"));
  const instant begun = now;
  CHECK(q.oldest_schedulable() == begun);
  CHECK(pop_name() == "refused");
  CHECK_FALSE(q.oldest_schedulable());  // under way
  refuse({"Fit"});
  q.happened(pod_deleted(), now);  // it may be tried again, and was refused before
  CHECK(q.size(queue_name::backoff) == 1);
  CHECK_FALSE(q.oldest_schedulable());
  now += 1s;
  add(make_pod("young"));
  CHECK(q.oldest_schedulable() == now);
}

TEST_CASE_FIXTURE(queue_fixture, "queue: a pod whose attempts end in errors is schedulable since it came") {
  add(make_pod("a"));
  const instant begun = now;
  CHECK(pop_name() == "a");
  now += 5s;
  q.failed(std::move(last), now);
  CHECK(q.size(queue_name::backoff) == 1);
  CHECK(q.oldest_schedulable() == begun);
}

TEST_CASE_FIXTURE(queue_fixture,
                  "queue: events in flight are counted by label, beside the pods that they are kept for") {
  const std::map<std::string_view, std::size_t> none{{"PodPopped", 0}};
  CHECK(q.events_in_flight() == none);
  add(make_pod("a"));
  CHECK(pop_name() == "a");
  q.happened(pod_deleted(), now);
  q.happened(pod_deleted(), now);
  CHECK(q.events_in_flight() == std::map<std::string_view, std::size_t>{{"AssignedPodDelete", 2}, {"PodPopped", 1}});
  q.done(last.pod.pod->uid);
  CHECK(q.events_in_flight() == none);
}

// kubernetes/kubernetes issues 113945, 120395 and 132333: gauges that were counted up and down, and drifted.
TEST_CASE_FIXTURE(queue_fixture, "queue: figures are those of the pods that wait, whatever became of others") {
  const auto figures = [&] {
    std::map<std::string, std::size_t> out;
    q.for_each_refusal(
        [&](std::string_view plugin, std::string_view, std::size_t n) { out[std::string(plugin)] += n; });
    out["gated"] = q.size(queue_name::gated);
    out["unschedulable"] = q.size(queue_name::unschedulable);
    return out;
  };
  const std::map<std::string, std::size_t> none{{"gated", 0}, {"unschedulable", 0}};
  const k8s::pod_ptr gated = make_pod("a").gate("example.com/quota");
  q.add(info(gated), now);
  CHECK(figures()["gated"] == 1);
  CHECK(figures()["unschedulable"] == 0);
  q.update(gated, info(make_pod("a").version("2")), now);  // the gate is gone
  CHECK(figures() == none);
  REQUIRE(pop_name() == "a");
  refuse({"Fit", "Affinity"});
  CHECK(figures() ==
        std::map<std::string, std::size_t>{{"Affinity", 1}, {"Fit", 1}, {"gated", 0}, {"unschedulable", 1}});
  q.remove("default-a");
  CHECK(figures() == none);

  q.add(info(gated), now);
  q.remove("default-a");  // gated, and deleted
  CHECK(figures() == none);

  add(make_pod("b"));
  REQUIRE(pop_name() == "b");
  refuse({"SchedulingGates"});
  q.update(make_pod("b"), info(make_pod("b").version("2").gate("example.com/late")), now);
  CHECK(figures()["SchedulingGates"] <= 1);
  q.remove("default-b");
  CHECK(figures() == none);
}
