#include "test/controller/queue/queue_fixture.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::controller;
using namespace std::chrono_literals;
using berth::test::make_node;
using berth::test::make_pod;
using berth::test::queue_fixture;

TEST_CASE_FIXTURE(queue_fixture, "queue: a refused pod waits until an event may cure it") {
  add(make_pod("a"));
  REQUIRE(pop_name() == "a");
  refuse({"Fit"});
  CHECK(q.size(queue_name::unschedulable) == 1);
  CHECK(q.in_flight() == 0);
  CHECK(pop_name() == "");
  q.happened(node_added(make_node("n1")), now);
  CHECK(pop_name() == "");
  q.happened(pod_deleted(), now);
  CHECK(q.size(queue_name::backoff) == 1);
  CHECK(pop_name() == "a");  // nothing else is waiting: its backoff is not waited out
  CHECK(last.attempts == 2);
  CHECK(incoming["active/UnscheduledPodAdd"] == 1);
  CHECK(incoming["unschedulable/ScheduleAttemptFailure"] == 1);
  CHECK(incoming["backoff/AssignedPodDelete"] == 1);
  CHECK(incoming["active/PopFromBackoffQ"] == 1);
}

TEST_CASE_FIXTURE(queue_fixture, "queue: what happens while a pod is in flight is not slept on") {
  add(make_pod("a"));
  REQUIRE(pop_name() == "a");
  q.happened(node_added(make_node("n1")), now);
  q.happened(pod_deleted(), now);
  CHECK(q.recorded_events() == 2);
  refuse({"Fit"});
  CHECK(q.size(queue_name::backoff) == 1);
  CHECK(q.recorded_events() == 0);
}

TEST_CASE_FIXTURE(queue_fixture, "queue: what happened before a pod was popped does not count for it") {
  add(make_pod("a"));
  add(make_pod("b"));
  REQUIRE(pop_name() == "a");
  queue_entry first = std::move(last);
  q.happened(pod_deleted(), now);
  REQUIRE(pop_name() == "b");
  refuse({"Fit"});
  CHECK(q.size(queue_name::unschedulable) == 1);
  CHECK(q.recorded_events() == 1);
  q.refused(std::move(first), {"Fit"}, now);
  CHECK(q.size(queue_name::backoff) == 1);
  CHECK(q.recorded_events() == 0);
}

TEST_CASE_FIXTURE(queue_fixture,
                  "queue: recorded events are bounded; who was in flight when one was dropped is tried again") {
  add(make_pod("a"));
  REQUIRE(pop_name() == "a");
  for (int i = 0; i < 5000; ++i) q.happened(node_added(make_node("n1")), now);
  CHECK(q.recorded_events() == 4096);
  refuse({"Fit"});
  CHECK(q.size(queue_name::backoff) == 1);
}

TEST_CASE_FIXTURE(queue_fixture, "queue: events are judged once for all pods of a spec, refused by the same plugins") {
  const auto spec = std::make_shared<const k8s::pod_spec>(make_pod("x").spec());
  for (int i = 0; i < 100; ++i) {
    k8s::pod pod = make_pod("p" + std::to_string(i));
    pod.spec = spec;
    q.add(info(std::make_shared<const k8s::pod>(pod)), now);
    REQUIRE(pop_name() != "");
    refuse({"Fit"});
  }
  rules.asked = 0;
  q.happened(node_added(make_node("n1")), now);
  CHECK(rules.asked == 1);
  q.happened(pod_deleted(), now);
  CHECK(rules.asked == 2);
  CHECK(q.size(queue_name::backoff) == 100);
}

TEST_CASE_FIXTURE(queue_fixture, "queue: an event wakes the groups that it may cure and no other") {
  for (const auto& [name, plugin] : {std::pair("a", "Fit"), std::pair("b", "Affinity")}) {
    add(make_pod(name));
    REQUIRE(pop_name() == name);
    refuse({plugin});
  }
  q.happened(node_added(make_node("n1")), now);
  CHECK(q.size(queue_name::unschedulable) == 1);
  CHECK(pop_name() == "b");
}

TEST_CASE_FIXTURE(queue_fixture, "queue: a pod that nobody refused (there were no nodes) is woken by any event") {
  add(make_pod("a"));
  REQUIRE(pop_name() == "a");
  refuse({});
  CHECK(pop_name() == "");
  q.happened(node_added(make_node("n1")), now);
  CHECK(pop_name() == "a");
}

TEST_CASE_FIXTURE(queue_fixture, "queue: after five minutes a refused pod is tried all the same, and marked") {
  add(make_pod("a"));
  REQUIRE(pop_name() == "a");
  refuse({"Fit"});
  CHECK(q.next_tick() == now + 5min);
  now += 5min - 1ms;
  CHECK(pop_name() == "");
  now += 1ms;
  CHECK(pop_name() == "a");
  CHECK(last.flushed);
  CHECK(incoming["active/UnschedulableTimeout"] == 1);
  refuse({"Fit"});
  q.happened(pod_deleted(), now);
  REQUIRE(pop_name() == "a");
  CHECK_FALSE(last.flushed);
}

TEST_CASE_FIXTURE(queue_fixture, "queue: an update of a waiting pod wakes it where it may cure the refusal") {
  const k8s::pod_ptr before = make_pod("a");
  q.add(info(before), now);
  REQUIRE(pop_name() == "a");
  refuse({"Tolerations"});
  const k8s::pod_ptr labelled = make_pod("a").version("2").label("x", "y");
  q.update(before, info(labelled), now);
  CHECK(pop_name() == "");
  q.update(labelled, info(make_pod("a").version("3").label("x", "y").tolerates_all()), now);
  CHECK(pop_name() == "a");
  CHECK(last.pod.pod->resource_version == "3");
}

TEST_CASE_FIXTURE(queue_fixture, "queue: a change of a waiting pod's status alone wakes nobody and is kept") {
  const k8s::pod_ptr before = make_pod("a");
  q.add(info(before), now);
  CHECK(pop_name() == "a");
  refuse({"AnyUpdate"});
  auto written = std::make_shared<k8s::pod>(*before);
  written->resource_version = "2";
  written->scheduled = k8s::scheduled_condition{false, "Unschedulable", "0/1 nodes are available"};
  CHECK(pod_changes(before, written, scoring::event_resource::target_pod).empty());
  q.update(before, info(written), now);
  CHECK(q.size(queue_name::unschedulable) == 1);
  CHECK(rules.asked == 0);
}

TEST_CASE_FIXTURE(queue_fixture, "queue: an update of an active pod keeps its turn and takes the new state") {
  const k8s::pod_ptr before = make_pod("a");
  q.add(info(before), now);
  now += 1s;
  add(make_pod("b"));
  q.update(before, info(make_pod("a").version("2")), now);
  CHECK(pop_name() == "a");
  CHECK(last.pod.pod->resource_version == "2");
  CHECK(pop_name() == "b");
}

TEST_CASE_FIXTURE(queue_fixture, "queue: an update in flight counts when the pod comes back, another pod's does not") {
  const k8s::pod_ptr a = make_pod("a");
  const k8s::pod_ptr b = make_pod("b");
  q.add(info(a), now);
  q.add(info(b), now);
  REQUIRE(pop_name() == "a");
  queue_entry first = std::move(last);
  REQUIRE(pop_name() == "b");
  q.update(b, info(make_pod("b").tolerates_all()), now);
  q.refused(std::move(first), {"Tolerations"}, now);
  CHECK(q.size(queue_name::unschedulable) == 1);
  refuse({"Tolerations"});
  CHECK(q.size(queue_name::backoff) == 1);
}
