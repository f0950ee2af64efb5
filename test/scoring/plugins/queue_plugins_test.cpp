#include "test/scoring/plugins/one_plugin.hpp"

#include <doctest/doctest.h>

#include <variant>

/// SchedulingGates, PrioritySort and DefaultBinder.
using namespace berth;
using namespace berth::test;

TEST_CASE("SchedulingGates: a pod with gates stays out of the queue until they are gone") {
  one_plugin gates("SchedulingGates");
  const auto said = [&](const make_pod& pod) {
    return gates.at_work().pre_enqueue(gates.nodes().intern(pod), gates.nodes());
  };
  CHECK(said(make_pod("p")).is_ok());
  const status held = said(make_pod("p").gate("foo").gate("bar"));
  CHECK(held.what == code::unschedulable_and_unresolvable);
  CHECK(held.message() == "waiting for scheduling gates: [foo bar]");
  CHECK(held.plugin == "SchedulingGates");
  const k8s::pod_ptr pod = make_pod("p");
  CHECK(gates.cures(pod, pod_event(event_resource::target_pod, action_gates_eliminated, pod.get(), pod.get())));
  CHECK_FALSE(gates.cures(pod, pod_event(event_resource::target_pod, action_update_labels, pod.get(), pod.get())));
}

TEST_CASE("PrioritySort: higher priority first, then who came first") {
  one_plugin sort("PrioritySort");
  const pod_info low = sort.nodes().intern(make_pod("low").priority(5));
  const pod_info high = sort.nodes().intern(make_pod("high").priority(10));
  const profile& p = sort.at_work();
  CHECK(p.before({&high, 2}, {&low, 1}));
  CHECK_FALSE(p.before({&low, 1}, {&high, 2}));
  CHECK(p.before({&high, 1}, {&high, 2}));
  CHECK_FALSE(p.before({&high, 2}, {&high, 1}));
  CHECK_FALSE(p.before({&low, 1}, {&low, 1}));
}

TEST_CASE("DefaultBinder: asks for the binding, and says so in the log") {
  one_plugin binder("DefaultBinder");
  cycle_state cycle;
  CHECK(binder.at_work().bind(binder.nodes().intern(make_pod("p")), binder.nodes(), cycle, "n1").is_ok());
  const std::vector<effect> effects = cycle.out().take();
  REQUIRE(effects.size() == 2);
  const auto* line = std::get_if<log_line>(&effects[0]);
  REQUIRE(line != nullptr);
  CHECK(line->verbosity == 3);
  CHECK(line->message == "Attempting to bind pod to node");
  CHECK(line->fields == std::vector<log_field>{{"pod", k8s::object_key{"default", "p"}}, {"node", "n1"}});
  const auto* binding = std::get_if<bind_pod>(&effects[1]);
  REQUIRE(binding != nullptr);
  CHECK(binding->node == "n1");
}
