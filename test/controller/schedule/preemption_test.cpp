#include "test/controller/trouble.hpp"
#include "test/controller/world.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace berth;
using namespace berth::test;
using namespace std::chrono_literals;

/// Preemption from the decision to the eviction, and nominations: what the API server is asked, in which order, and who
/// is tried when.
namespace {

world& full(world& w, int victims = 1) {
  w.list({make_node("n1").cpu(std::to_string(victims))});
  for (int i = 0; i < victims; ++i) w.create(make_pod("low-" + std::to_string(i)).cpu("1").started(100 + i));
  w.advance(1s);
  return w;
}

// "PATCH low-0/status", "DELETE low-0": of victims alone.
std::vector<std::string> asked_of_victims(const world& w) {
  std::vector<std::string> out;
  for (const request& r : w.api.requests) {
    const std::size_t at = r.path.find("/pods/low-");
    if (at == std::string::npos || r.path.ends_with("/binding")) continue;
    if (r.method == "PATCH" && r.body.find("DisruptionTarget") == std::string::npos) continue;
    out.push_back(r.method + " " + r.path.substr(at + 6));
  }
  return out;
}

const k8s::pod& pod_of(const world& w, const char* name) { return w.api.pods.at({"default", name}); }

}  // namespace

TEST_CASE("preemption: the victim is marked and deleted, and the pod gets its room") {
  world w;
  full(w);
  w.create(make_pod("high").cpu("1").priority(10));
  w.advance(20ms);
  CHECK(asked_of_victims(w) == std::vector<std::string>{"PATCH low-0/status", "DELETE low-0"});
  const auto marked = std::find_if(w.api.requests.begin(), w.api.requests.end(), [](const request& r) {
    return r.body.find("DisruptionTarget") != std::string::npos;
  });
  CHECK(marked->body.find(R"("reason":"PreemptionByScheduler","message":"berth: preempting to accommodate a higher )"
                          R"(priority pod")") != std::string::npos);
  const auto* event = w.find_event("low-0", "Preempted");
  REQUIRE(event != nullptr);
  CHECK(event->note == "Preempted by pod default-high on node n1");
  CHECK(w.find_event("high", "FailedScheduling")->note ==
        "0/1 nodes are available: 1 Insufficient cpu. preemption: found a potential placement for pod on node n1, "
        "preempting 1 victims");
  CHECK(std::any_of(w.api.requests.begin(), w.api.requests.end(), [](const request& r) {
    return r.path.ends_with("/high/status") && r.body.find(R"("nominatedNodeName":"n1")") != std::string::npos;
  }));
  w.advance(2s);
  CHECK(w.node_of("high") == "n1");
  CHECK(pod_of(w, "high").nominated_node_name == "");
  const std::string metrics = w.metrics.text();
  for (const char* line : {"scheduler_preemption_attempts_total 1\n", "scheduler_preemption_victims_sum 1\n",
                           "scheduler_preemption_goroutines_execution_total{result=\"success\"} 1\n"})
    CHECK_MESSAGE(metrics.find(line) != metrics.npos, line);
}

TEST_CASE("preemption: all victims but the last go at once, the last when they have gone") {
  world w;
  full(w, 3);
  w.create(make_pod("high").cpu("3").priority(10));
  w.advance(100ms);
  const std::vector<std::string> asked = asked_of_victims(w);
  REQUIRE(asked.size() == 6);
  // The most important first: who started first.
  CHECK(asked[4] == "PATCH low-2/status");
  CHECK(asked[5] == "DELETE low-2");
  w.advance(2s);
  CHECK(w.node_of("high") == "n1");
}

TEST_CASE("preemption: while victims end, the pod waits; it does not preempt again, and others take none of its room") {
  world w;
  full(w);
  w.api.deletes_gracefully = true;
  w.create(make_pod("high").cpu("1").priority(10));
  w.advance(1s);
  CHECK(pod_of(w, "low-0").terminating());
  w.create(make_pod("next").cpu("1").priority(9));
  w.nodes().applied(make_node("n2").cpu("500m"));  // wakes all
  w.advance(5s);
  CHECK(asked_of_victims(w).size() == 2);
  CHECK(w.find_event("high", "FailedScheduling") != nullptr);
  w.remove("low-0");
  w.advance(10s);
  CHECK(w.node_of("high") == "n1");
  CHECK(w.node_of("next") == "");
}

TEST_CASE("preemption: a victim that the server keeps is an error, and the pod is tried again after its backoff") {
  world w;
  full(w);
  w.api.plan = [](const request& r) { return r.method == "DELETE" ? fault::error_500 : fault::none; };
  w.create(make_pod("high").cpu("1").priority(10));
  w.advance(900ms);
  CHECK(w.logged("Tried to preempted pod") == 1);
  w.advance(20s);
  CHECK(w.logged("Tried to preempted pod") <= 6);
  CHECK(w.metrics.text().find("scheduler_preemption_goroutines_execution_total{result=\"error\"} ") !=
        std::string::npos);
  w.api.plan = [](const request&) { return fault::none; };
  w.advance(12s);
  CHECK(w.node_of("high") == "n1");
}

TEST_CASE("preemption: two pods that want the same victim are both tried, though it goes before the answer comes") {
  world w;
  w.list({make_node("n1").cpu("2")});
  w.create(make_pod("low-0").cpu("2"));
  w.advance(1s);
  w.api.plan = [&](const request& r) {
    if (r.method == "DELETE" && w.api.pods.contains({"default", "low-0"})) w.remove("low-0");
    return fault::none;
  };
  w.create(make_pod("high-0").cpu("1").priority(10));
  w.create(make_pod("high-1").cpu("1").priority(11));
  w.advance(30s);
  CHECK(w.node_of("high-0") == "n1");
  CHECK(w.node_of("high-1") == "n1");
}

TEST_CASE("preemption: another pod of the victim's name is spared") {
  world w;
  full(w);
  w.api.plan = [&](const request& r) {
    if (r.method == "DELETE") w.api.pods.at({"default", "low-0"}).uid = "made anew";
    return fault::none;
  };
  w.create(make_pod("high").cpu("1").priority(10));
  w.advance(50ms);
  CHECK(w.api.pods.contains({"default", "low-0"}));
  CHECK(w.find_event("low-0", "Preempted") == nullptr);
}

TEST_CASE("preemption: a victim that waits in Permit is let go, and scheduled again") {
  world w(settings_with(32), with_trouble(std::make_shared<std::set<std::string>>()), troubled_configuration());
  w.list({make_node("n1").cpu("1")});
  w.create(make_pod("low-0").cpu("1").label("at", "permit").label("how", "wait").label("times", "9"));
  w.advance(1s);
  CHECK(w.scheduler.cache().assumed_count() == 1);
  CHECK(pod_of(w, "low-0").nominated_node_name == "n1");
  w.create(make_pod("high").cpu("1").priority(10));
  w.advance(500ms);
  CHECK(asked_of_victims(w).empty());
  CHECK(w.node_of("high") == "n1");
  CHECK(pod_of(w, "low-0").nominated_node_name == "");
  REQUIRE(w.find_event("low-0", "Preempted") != nullptr);
  CHECK(w.find_event("low-0", "Preempted")->note ==
        "Preempted by pod default-high on node n1 (in kube-scheduler memory).");
  CHECK(w.find_event("low-0", "FailedScheduling")->note == "waiting on permit for pod: preempted");
  CHECK(pod_of(w, "low-0").scheduled->reason == "SchedulerError");
  w.advance(5s);
  CHECK(pod_of(w, "low-0").scheduled->message.starts_with("0/1 nodes are available: 1 Insufficient cpu."));
}

TEST_CASE("preemption: a pod that may not preempt waits") {
  world w;
  full(w);
  w.create(make_pod("high").cpu("1").priority(10).never_preempts());
  w.advance(1s);
  CHECK(asked_of_victims(w).empty());
  CHECK(w.find_event("high", "FailedScheduling")->note ==
        "0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible due to preemptionPolicy=Never.");
}

TEST_CASE("preemption: lower nominations on the node are cleared") {
  world w;
  full(w);
  w.api.deletes_gracefully = true;
  w.create(make_pod("mid").cpu("1").priority(5));
  w.advance(1s);
  CHECK(pod_of(w, "mid").nominated_node_name == "n1");
  w.create(make_pod("high").cpu("1").priority(10));
  w.advance(1s);
  CHECK(pod_of(w, "high").nominated_node_name == "n1");
  w.remove("low-0");
  w.advance(10s);
  CHECK(w.node_of("high") == "n1");
  CHECK(w.node_of("mid") == "");
}

TEST_CASE("nominations: a pod that somebody nominated holds its room, until it is nominated elsewhere or goes") {
  for (const bool goes : {false, true}) {
    world w;
    w.list({make_node("n1").cpu("1")});
    w.create(make_pod("gated").cpu("1").priority(5).gate("g").nominated_to("n1"));
    w.create(make_pod("web").cpu("1").priority(5));
    w.create(make_pod("vip").cpu("100m").priority(6));
    w.advance(1s);
    CHECK(w.node_of("web") == "");
    CHECK(w.node_of("vip") == "n1");
    if (goes)
      w.remove("gated");
    else
      w.api.change_pod({"default", "gated"}, [](k8s::pod& p) { p.nominated_node_name = "n2"; });
    w.remove("vip");
    w.advance(2s);
    CHECK(w.node_of("web") == "n1");
  }
}

TEST_CASE("nominations: a nomination that ends wakes pods of its priority and below") {
  world w;
  w.list({make_node("n1").cpu("1")});
  w.create(make_pod("gated").cpu("1").priority(5).gate("g").nominated_to("n1"));
  w.create(make_pod("web").cpu("1").priority(5));
  w.advance(5s);
  CHECK(w.node_of("web") == "");
  w.remove("gated");
  w.advance(2s);
  CHECK(w.node_of("web") == "n1");
}
