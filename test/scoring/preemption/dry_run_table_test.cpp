#include "k8s/codec/decode.hpp"
#include "test/scoring/preemption/preemption_table.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace berth;
using namespace berth::test;

/// Rows of TestDryRunPreemption in upstream's default_preemption_test.go, in their order: on which nodes preemption
/// would make room, with which victims, and how many of them a budget protects. Left out are the rows that switch on
/// the gate DRANodeAllocatableResources, which is off by default.
namespace {

struct two_nodes : preemption_table {
  two_nodes() { node("node1", very_large).node("node2", very_large); }
};

struct one_pod_each : two_nodes {
  explicit one_pod_each(size s) { on("node1", pod("p1", mid, s)).on("node2", pod("p2", mid, s)); }
};

struct protected_pods : preemption_table {
  protected_pods(int count, std::vector<std::string> disrupted) {
    node("node1", very_large).budget("foo", "foo", 1, std::move(disrupted));
    for (int i = 1; i <= count; ++i) {
      const std::string name = "p1." + std::to_string(i);
      on("node1", pod(name.c_str(), mid, medium).label("app", "foo"));
    }
  }
};

struct five_nodes : preemption_table {
  explicit five_nodes(const std::vector<int>& priorities, const std::set<int>& budgeted = {}) {
    for (int i = 1; i <= 5; ++i) {
      const std::string name = "node" + std::to_string(i);
      node(name.c_str(), very_large);
      make_pod p = pod(("p" + std::to_string(i)).c_str(), priorities[static_cast<std::size_t>(i - 1)], large);
      on(name.c_str(), budgeted.contains(i) ? p.label("app", "foo") : p);
    }
  }
};

}  // namespace

TEST_CASE("DefaultPreemption: upstream's TestDryRunPreemption, nodes on which eviction does not help") {
  CHECK(one_pod_each(none).refusing_always().candidates(pod("p", high, none)) == "");  // fits on no node
  CHECK(one_pod_each(none).candidates(pod("p", high, none)) == "");                    // fits with no preemption
  CHECK(one_pod_each(none).refusing_always().candidates(pod("node1", high, none)) == "");
  CHECK(one_pod_each(large).candidates(pod("p", low, large)) == "");  // the others have a higher priority
  CHECK(one_pod_each(large).refusing_always().candidates(pod("p", high, large)) == "");
}

TEST_CASE("DefaultPreemption: upstream's TestDryRunPreemption, by priority and start") {
  CHECK(one_pod_each(large).candidates(pod("p", high, large)) == "node1: p1; node2: p2");
  CHECK(two_nodes()
            .on("node1", pod("p1.1", low, small))
            .on("node1", pod("p1.2", mid, large))
            .on("node2", pod("p2", mid, large))
            .candidates(pod("p", high, large)) == "node1: p1.2; node2: p2");
  CHECK(two_nodes()
            .on("node1", pod("p1.1", mid, small))
            .on("node1", pod("p1.2", low, small))
            .on("node1", pod("p1.3", mid, medium))
            .on("node1", pod("p1.4", high, small))
            .on("node2", pod("p2", high, large))
            .candidates(pod("p", high, large)) == "node1: p1.2 p1.3");
  CHECK(two_nodes()
            .on("node1", pod("p1.1", low, small, 5))
            .on("node1", pod("p1.2", low, small, 4))
            .on("node1", pod("p1.3", mid, medium, 3))
            .on("node1", pod("p1.4", high, small, 2))
            .on("node2", pod("p2", high, large, 1))
            .candidates(pod("p", high, large)) == "node1: p1.1 p1.3");
}

TEST_CASE("DefaultPreemption: upstream's TestDryRunPreemption, a pod with anti-affinity goes") {
  preemption_table t;
  t.beside("InterPodAffinity", &make_inter_pod_affinity);
  for (const char* name : {"node1", "node2"})
    t.node(make_node(name).empty().pods("32").cpu("500m").memory("500").label("hostname", name));
  t.on("node1", pod("p1.1", low, small).label("foo", "").avoids_pod_with("foo", "", "hostname"))
      .on("node1", pod("p1.2", mid, small))
      .on("node1", pod("p1.3", high, small))
      .on("node2", pod("p2", high, small));
  CHECK(t.candidates(pod("p", high, small).label("foo", "")) == "node1: p1.1");
}

TEST_CASE("DefaultPreemption: upstream's TestDryRunPreemption, spreading is made possible") {
  preemption_table t;
  t.beside("PodTopologySpread", &make_pod_topology_spread);
  for (const auto& [name, zone] :
       {std::pair{"node-a", "zone1"}, std::pair{"node-b", "zone1"}, std::pair{"node-x", "zone2"}})
    t.node(make_node(name).empty().pods("32").cpu("500m").memory("500").label("hostname", name).label("zone", zone));
  const auto foo = [](const char* name, int priority) { return pod(name, priority, none).label("foo", ""); };
  t.on("node-a", foo("pod-a1", mid)).on("node-a", foo("pod-a2", low)).on("node-b", foo("pod-b1", low));
  t.on("node-x", foo("pod-x1", high)).on("node-x", foo("pod-x2", high));
  make_pod p = foo("p", high);
  for (const char* key : {"zone", "hostname"}) {
    k8s::topology_spread_constraint c;
    c.topology_key = key;
    c.selector.emplace().match_labels.set("foo", "");
    p.spread(c);
  }
  CHECK(t.candidates(p) == "node-a: pod-a2; node-b: pod-b1");
}

TEST_CASE("DefaultPreemption: upstream's TestDryRunPreemption, budgets") {
  const make_pod p = pod("p", high, very_large);
  CHECK(protected_pods(2, {}).candidates(p) == "node1: p1.1 p1.2, 1 protected");
  CHECK(protected_pods(2, {"p2"}).candidates(p) == "node1: p1.1 p1.2, 1 protected");
  CHECK(protected_pods(2, {"p1.2"}).candidates(p) == "node1: p1.1 p1.2");
  CHECK(protected_pods(3, {"p1.3"}).candidates(p) == "node1: p1.1 p1.2 p1.3, 1 protected");
}

// minCandidateNodes* have upstream stop after some of these; the victims on each node are the same.
TEST_CASE("DefaultPreemption: upstream's TestDryRunPreemption, more nodes than it is to look at") {
  const make_pod p = pod("p", high, large);
  CHECK(five_nodes({mid, mid, mid, mid, mid}).candidates(p) == "node1: p1; node2: p2; node3: p3; node4: p4; node5: p5");
  CHECK(five_nodes({mid, very_high, mid, mid, very_high}).candidates(p) == "node1: p1; node3: p3; node4: p4");
  for (const char* name : {"tp1", "tp2", "tp3"})
    CHECK(five_nodes({mid, mid, mid, mid, mid}).candidates(pod(name, high, large)) ==
          "node1: p1; node2: p2; node3: p3; node4: p4; node5: p5");
  CHECK(five_nodes({mid, mid, mid, mid, mid}, {1, 2, 5}).budget("foo", "foo", 0).candidates(p) ==
        "node1: p1, 1 protected; node2: p2, 1 protected; node3: p3; node4: p4; node5: p5, 1 protected");
}

TEST_CASE(
    "DefaultPreemption: upstream's TestDryRunPreemption, what devices give a pod does not count while that gate is "
    "off") {
  preemption_table t;
  t.node(make_node("node1").empty().pods("32").cpu("5").memory("500"));
  t.nodes.place(
      t.nodes.intern(k8s::decode_pod(R"({"metadata": {"name": "victimPod", "namespace": "default", "uid": "p1"},
    "spec": {"nodeName": "node1", "priority": 100, "containers": [{"name": "c", "resources": {"requests": {"cpu": "1"}}}]},
    "status": {"nodeAllocatableResourceClaimStatuses": [{"resourceClaimName": "claim-1",
      "mapping": [{"name": "cpu", "quantity": "2"}]}]}})")
                         .value()),
      "node1");
  CHECK(t.candidates(pod("p", high, none).cpu("3")) == "");
}
