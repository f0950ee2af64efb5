#include "scoring/engine/node_window.hpp"

#include "scoring/index/live_cluster.hpp"
#include "test/support/objects.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

using namespace berth;
using namespace berth::test;
using namespace berth::scoring;

namespace {

using names = std::vector<std::string>;

names in_turn(const live_cluster& c) {
  names out;
  for (const node_id n : zones_in_turn(c)) out.push_back(c.node(n).name);
  return out;
}

names cut(node_window& w, const live_cluster& c, std::size_t wanted, std::size_t* looked_at = nullptr,
          const std::set<std::string>& full = {}) {
  node_set feasible = c.nodes();
  for (const std::string& name : full) feasible.erase(c.find_node(name));
  const std::size_t n = w.cut(c, wanted, feasible);
  if (looked_at != nullptr) *looked_at = n;
  names out;
  feasible.for_each([&](node_id id) { out.push_back(c.node(id).name); });
  return out;
}

}  // namespace

// The rows of upstream's TestNumFeasibleNodesToFind.
TEST_CASE("node window: as many nodes are wanted as kube-scheduler looks for") {
  CHECK(node_window::wanted(0, 10) == 10);
  CHECK(node_window::wanted(40, 10) == 10);
  CHECK(node_window::wanted(0, 1000) == 420);
  CHECK(node_window::wanted(40, 1000) == 400);
  CHECK(node_window::wanted(0, 6000) == 300);
  CHECK(node_window::wanted(40, 6000) == 2400);
  CHECK(node_window::wanted(70, 6000) == 4200);
  CHECK(node_window::wanted(100, 10) == 10);
  CHECK(node_window::wanted(100, 1000) == 1000);
  CHECK(node_window::wanted(5, 99) == 99);
  CHECK(node_window::wanted(5, 100) == 100);
}

// As upstream's TestNodeTree_List has it.
TEST_CASE("node window: one node of each zone in turn, until all are through") {
  live_cluster c;
  CHECK(in_turn(c).empty());
  const auto add = [&](const char* name, const char* region, const char* zone) {
    make_node n(name);
    if (*region != 0) n.label("topology.kubernetes.io/region", region);
    if (*zone != 0) n.zone(zone);
    c.set_node(n);
  };
  add("n0", "", "");
  add("n1", "r1", "");
  add("n2", "", "z2");
  add("n3", "r1", "z2");
  add("n4", "r1", "z2");
  add("n5", "r1", "z3");
  add("n6", "r2", "z3");
  CHECK(in_turn(c) == names{"n0", "n1", "n2", "n3", "n5", "n6", "n4"});
  c.set_node(make_node("n7").label("failure-domain.beta.kubernetes.io/zone", "old").zone("z2"));
  CHECK(in_turn(c).back() == "n4");
}

TEST_CASE("node window: the next search begins behind the last node that was looked at") {
  live_cluster c;
  for (const char* zone : {"a", "b"})
    for (int i = 0; i < 3; ++i) c.set_node(make_node(zone + std::to_string(i)).zone(zone));
  node_window w;  // a0 b0 a1 b1 a2 b2
  std::size_t looked_at = 0;
  CHECK(cut(w, c, 2, &looked_at) == names{"a0", "b0"});
  CHECK(looked_at == 2);
  CHECK(cut(w, c, 2, &looked_at, {"a1"}) == names{"a2", "b1"});
  CHECK(looked_at == 3);
  CHECK(cut(w, c, 2) == names{"a0", "b2"});
}

TEST_CASE("node window: nodes that come and go leave it where it is, inside the list") {
  live_cluster c;
  for (int i = 0; i < 4; ++i) c.set_node(make_node("n" + std::to_string(i)));
  node_window w;
  CHECK(cut(w, c, 3) == names{"n0", "n1", "n2"});
  c.remove_node("n3");
  c.remove_node("n2");
  CHECK(cut(w, c, 1) == names{"n1"});
  c.set_node(make_node("m"));
  CHECK(cut(w, c, 2).size() == 2);
}
