#include "scoring/index/live_cluster.hpp"
#include "scoring/preemption/choice.hpp"
#include "test/support/objects.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::test;
using namespace berth::scoring;

namespace {

struct world {
  world() {
    for (const char* name : {"n1", "n2"}) nodes.set_node(make_node(name));
    nodes.place(nodes.intern(make_pod("a").priority(1)), "n1");
    nodes.place(nodes.intern(make_pod("b").priority(2)), "n2");
  }
  std::string settled(const std::vector<preempt_pods>& left) const {
    const settled_preemption s = settle_preemption(left, nodes);
    std::string text = s.said.what.message();
    if (s.said.nominated) text += " -> " + *s.said.nominated;
    if (s.eviction)
      for (const std::string& uid : s.eviction->victims) text += " " + uid;
    return text;
  }
  live_cluster nodes;
};

}  // namespace

TEST_CASE("a proposal: of what extenders left, the best is taken") {
  const world w;
  CHECK(w.settled({{"n1", {"default-a"}}, {"n2", {"default-b"}}}) ==
        "preemption: found a potential placement for pod on node n1, preempting 1 victims -> n1 default-a");
  CHECK(w.settled({{"n1", {"default-a"}, 1}, {"n2", {"default-b"}}}) ==
        "preemption: found a potential placement for pod on node n2, preempting 1 victims -> n2 default-b");
}

TEST_CASE("a proposal: nodes and pods that are gone are left out, and the nomination stays where nothing is left") {
  world w;
  const std::string nothing = "preemption: no candidate node for preemption";
  CHECK(w.settled({}) == nothing);
  CHECK(w.settled({{"gone", {"default-a"}}, {"n2", {"default-a"}}, {"n1", {"gone"}}}) == nothing);
  CHECK(w.settled({{"n1", {"gone", "default-a"}}}) ==
        "preemption: found a potential placement for pod on node n1, preempting 1 victims -> n1 default-a");
  w.nodes.remove("default-a");
  CHECK(w.settled({{"n1", {"default-a"}}}) == nothing);
}
