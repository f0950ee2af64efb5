#include "test/scoring/preemption/preemption_table.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

using namespace berth;
using namespace berth::test;

/// Rows of upstream's default_preemption_test.go; those of its TestDryRunPreemption are in dry_run_table_test.cpp.
namespace {

std::string found(const std::string& node, const std::string& victims, int count) {
  return "preemption: found a potential placement for pod on node " + node + ", preempting " + std::to_string(count) +
         " victims -> " + node + " " + victims;
}

}  // namespace

TEST_CASE("DefaultPreemption: upstream's TestPostFilter") {
  const std::string not_helpful =
      "preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling. -> ";
  CHECK(preemption_table().node("node1", none, "1").on("node1", pod("p1", low, none)).run(pod("p", high, none)) ==
        found("node1", "p1", 1));
  CHECK(preemption_table().node("node1", none, "1").on("node1", pod("p1", low, none)).run(pod("p", low, none)) ==
        "preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod. -> ");
  SUBCASE("statuses of nodes are respected, absent ones too") {
    for (const bool absent : {false, true}) {
      preemption_table t;
      t.node("node1", none, "1").on("node1", pod("p1", low, none));
      if (absent)
        t.refusals.clear();
      else
        t.refusals["node1"] = code::unschedulable_and_unresolvable;
      CHECK(t.run(pod("p", high, none)) == not_helpful);
    }
  }
  CHECK(preemption_table()
            .node("node1", none, "1")
            .node("node2", none, "1")
            .on("node1", pod("p1", high, none))
            .on("node2", pod("p2", low, none))
            .run(pod("p", mid, none)) == found("node2", "p2", 1));
  CHECK(preemption_table()
            .node("node1", none, "1")
            .node("node2", none, "1")
            .on("node1", pod("p1", high, none).label("app", "free"))
            .on("node1", pod("p2", low, none).label("app", "kept"))
            .on("node2", pod("p3", mid, none).label("app", "kept"))
            .budget("kept", "kept", 0)
            .budget("free", "free", std::numeric_limits<std::int32_t>::max())
            .run(pod("p", very_high, none)) == found("node2", "p3", 1));
  CHECK(preemption_table()
            .node("node1", medium)
            .node("node2", medium)
            .on("node1", pod("p1", low, none))
            .on("node2", pod("p2", low, none))
            .run(pod("p", high, large).memory("1")) == "preemption: 0/2 nodes are available: 2 Insufficient cpu. -> ");
  CHECK(preemption_table()
            .node("node1", none, "1")
            .node("node2", medium)
            .node("node3", none, "1")
            .on("node1", pod("p1", high, none))
            .on("node2", pod("p2", low, none))
            .on("node3", pod("p3", high, none))
            .run(pod("p", high, large).memory("1")) ==
        "preemption: 0/3 nodes are available: 1 Insufficient cpu, 2 No preemption victims found for incoming pod. -> ");
  SUBCASE("two nodes of four were refused for good") {
    preemption_table t;
    for (const char* name : {"node1", "node2", "node3", "node4"}) t.node(name, medium);
    t.on("node1", pod("p1", low, none)).on("node2", pod("p2", low, none));
    t.refusals.erase("node3");
    t.refusals["node4"] = code::unschedulable_and_unresolvable;
    CHECK(t.run(pod("p", high, large).memory("1")) ==
          "preemption: 0/4 nodes are available: 2 Insufficient cpu, 2 Preemption is not helpful for scheduling. -> ");
  }
  SUBCASE("a plugin that breaks on a node spoils that node alone") {
    const auto broken = [] {
      return make_node("node1").empty().pods("9").cpu("300m").memory("300").label("error", "true");
    };
    CHECK(preemption_table().node(broken()).on("node1", pod("p1", low, none)).run(pod("p", high, large)) ==
          "preemption: running RemovePod on PreFilter plugin \"Said\": failed to remove pod: p");
    CHECK(preemption_table()
              .node(broken())
              .node("node2", large)
              .on("node1", pod("p1", low, none))
              .on("node2", pod("p2", low, medium))
              .run(pod("p", high, large)) == found("node2", "p2", 1));
  }
}

TEST_CASE("DefaultPreemption: how many of the victims a budget protects decides before anything else") {
  const auto foo = [](const char* name) { return pod(name, mid, medium, 1).label("app", "foo"); };
  const auto run = [&](int allowed, std::vector<std::string> disrupted) {
    // node2's victims have a higher priority, and no budget.
    return preemption_table()
        .node("node1", very_large)
        .node("node2", very_large)
        .on("node1", foo("p1.1"))
        .on("node1", foo("p1.2"))
        .on("node2", pod("p2", high, very_large, 1))
        .budget("foo", "foo", allowed, std::move(disrupted))
        .run(pod("p", very_high, very_large));
  };
  CHECK(run(1, {}) == found("node2", "p2", 1));
  CHECK(run(1, {"p2"}) == found("node2", "p2", 1));
  CHECK(run(1, {"p1.2"}) == found("node1", "p1.1 p1.2", 2));
  CHECK(run(2, {}) == found("node1", "p1.1 p1.2", 2));
}

TEST_CASE("DefaultPreemption: upstream's TestSelectBestCandidate") {
  const auto node_of = [](const std::string& text) { return text.substr(text.find("node node") + 5, 5); };
  const auto p = [](const char* name, int priority, size s, int started = 0) {
    return pod(name, priority, s, started);
  };
  struct row {
    const char* node;
    make_pod what;
  };
  const auto chosen = [&](int preemptor, std::vector<row> rows, bool fourth = false) {
    preemption_table t;
    t.node("node1", very_large).node("node2", very_large).node("node3", very_large);
    if (fourth) t.node("node4", very_large);
    for (row& r : rows) t.on(r.node, std::move(r.what));
    return node_of(t.run(pod("p", preemptor, very_large)));
  };
  // Either would do: p1 and p2 are alike.
  CHECK(
      chosen(high, {{"node1", p("p1", mid, large)}, {"node2", p("p2", mid, large)}, {"node3", p("p3", high, large)}}) ==
      "node1");
  CHECK(chosen(high, {{"node1", p("p1.1", mid, medium)},
                      {"node1", p("p1.2", mid, large)},
                      {"node2", p("p2.1", mid, medium)},
                      {"node2", p("p2.2", low, medium)},
                      {"node3", p("p3.1", low, medium)},
                      {"node3", p("p3.2", low, medium)}}) == "node3");
  CHECK(chosen(high, {{"node1", p("p1.1", mid, medium)},
                      {"node1", p("p1.2", mid, large)},
                      {"node2", p("p2.1", mid, large)},
                      {"node2", p("p2.2", low, medium)},
                      {"node3", p("p3.1", mid, medium)},
                      {"node3", p("p3.2", mid, medium)}}) == "node2");
  CHECK(chosen(high, {{"node1", p("p1.1", mid, small)},
                      {"node1", p("p1.2", negative, small)},
                      {"node1", p("p1.3", mid, small)},
                      {"node1", p("p1.4", negative, small)},
                      {"node2", p("p2.1", mid, large)},
                      {"node2", p("p2.2", negative, medium)},
                      {"node3", p("p3.1", mid, medium)},
                      {"node3", p("p3.2", negative, small)},
                      {"node3", p("p3.3", low, small)}}) == "node2");
  CHECK(chosen(high, {{"node1", p("p1.1", mid, small)},
                      {"node1", p("p1.2", negative, small)},
                      {"node1", p("p1.3", negative, small)},
                      {"node2", p("p2.1", mid, large)},
                      {"node2", p("p2.2", negative, medium)},
                      {"node3", p("p3.1", mid, medium)},
                      {"node3", p("p3.2", negative, small)},
                      {"node3", p("p3.3", low, small)}}) == "node2");
  CHECK(chosen(very_high,
               {{"node1", p("p1.1", mid, small)},
                {"node1", p("p1.2", low, small)},
                {"node1", p("p1.3", low, small)},
                {"node2", p("p2.1", high, large)},
                {"node3", p("p3.1", mid, medium)},
                {"node3", p("p3.2", low, small)},
                {"node3", p("p3.3", low, small)},
                {"node3", p("p3.4", low, medium)},
                {"node4", p("p4.1", mid, medium)},
                {"node4", p("p4.2", mid, small)},
                {"node4", p("p4.3", mid, small)},
                {"node4", p("p4.4", negative, small)}},
               true) == "node1");
  CHECK(chosen(high, {{"node1", p("p1.1", mid, medium, 2)},
                      {"node1", p("p1.2", mid, medium, 2)},
                      {"node2", p("p2.1", mid, medium, 3)},
                      {"node2", p("p2.2", mid, medium, 3)},
                      {"node3", p("p3.1", mid, medium, 1)},
                      {"node3", p("p3.2", mid, medium, 1)}}) == "node2");
  CHECK(chosen(high, {{"node1", p("p1.1", mid, medium, 4)},
                      {"node1", p("p1.2", mid, medium, 2)},
                      {"node2", p("p2.1", mid, medium, 5)},
                      {"node2", p("p2.2", mid, medium, 1)},
                      {"node3", p("p3.1", mid, medium, 3)},
                      {"node3", p("p3.2", mid, medium, 6)}}) == "node3");
  CHECK(chosen(high, {{"node1", p("p1.1", low, medium, 4)},
                      {"node1", p("p1.2", mid, medium, 2)},
                      {"node2", p("p2.1", mid, medium, 6)},
                      {"node2", p("p2.2", low, medium, 1)},
                      {"node3", p("p3.1", low, medium, 3)},
                      {"node3", p("p3.2", mid, medium, 5)}}) == "node2");
}

TEST_CASE("DefaultPreemption: upstream's TestPodEligibleToPreemptOthers") {
  const auto run = [](make_pod preemptor, make_pod victim, code nominated_node) {
    preemption_table t;
    t.node("node1", none, "1").on("node1", std::move(victim));
    t.refusals["node1"] = nominated_node;
    return t.run(std::move(preemptor));
  };
  const auto nominated = [] { return pod("p", high, none).nominated_to("node1"); };
  const std::string waits = "preemption: not eligible due to a terminating pod on the nominated node.";
  CHECK(run(nominated(), pod("p1", low, none).terminating().preempted(), code::unschedulable) == waits);
  CHECK(run(nominated(), pod("p1", low, none).terminating().preempted(), code::unschedulable_and_unresolvable) !=
        waits);
  CHECK(run(nominated(), pod("p1", low, none).terminating(), code::unschedulable) == found("node1", "p1", 1));
  CHECK(run(nominated(), pod("p1", low, none).preempted(), code::unschedulable) == found("node1", "p1", 1));
  CHECK(run(nominated(), pod("p1", high, none).terminating().preempted(), code::unschedulable) ==
        "preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod. -> ");
  CHECK(run(pod("p", high, none), pod("p1", low, none).terminating().preempted(), code::unschedulable) ==
        found("node1", "p1", 1));
  CHECK(run(pod("p", high, none).nominated_to("elsewhere"), pod("p1", low, none), code::unschedulable) ==
        found("node1", "p1", 1));
  CHECK(run(pod("p", high, none).never_preempts(), pod("p1", low, none), code::unschedulable) ==
        "preemption: not eligible due to preemptionPolicy=Never.");
}

TEST_CASE("DefaultPreemption: nominated pods of equal or higher priority hold their room in the dry run too") {
  preemption_table t;
  t.node("node1", very_large).on("node1", pod("p1", low, medium)).on("node1", pod("p2", low, large));
  t.nodes.nominations().set(t.nodes.intern(pod("n", high, medium)), "node1");
  CHECK(t.run(pod("p", high, large)) == found("node1", "p1 p2", 2));
  CHECK(t.run(pod("p", high, very_large)) ==
        "preemption: 0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory. -> ");
  CHECK(t.run(pod("p", very_high, large)) == found("node1", "p2", 1));
}

TEST_CASE("DefaultPreemption: PreEnqueue keeps a pod back while its victims are being evicted, and no other") {
  preemption_table t;
  const scoring::profile p = t.f.make();
  const pod_info a = t.nodes.intern(pod("a", high, none));
  const pod_info b = t.nodes.intern(pod("b", high, none));
  t.nodes.nominations().set_preempting(a.pod->uid, true);
  CHECK(p.pre_enqueue(a, t.nodes).message() == "waiting for the preemption for this pod to be finished");
  CHECK(p.pre_enqueue(b, t.nodes).is_ok());
  t.nodes.nominations().set_preempting(a.pod->uid, false);
  CHECK(p.pre_enqueue(a, t.nodes).is_ok());
}
