#include "scoring/index/live_cluster.hpp"
#include "test/scoring/fakes.hpp"
#include "test/support/objects.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace berth;
using namespace berth::test;

/// The two halves of a decision that others have a say in.
namespace {

struct halves {
  explicit halves(fake_profile& f) : p(f.make()) {
    for (const char* name : {"n1", "n2", "n3"}) c.set_node(make_node(name));
  }
  candidates found(const make_pod& wanted = make_pod("web"), bool nominated_first = true) {
    cycle_state cycle;
    const shortlist s = p.find_candidates(c.intern(wanted), c, cycle, nominated_first);
    REQUIRE(std::holds_alternative<candidates>(s));
    return std::get<candidates>(s);
  }
  decision made(const extender_opinion& said) {
    cycle_state cycle;
    return p.schedule(c.intern(make_pod("web")), c, cycle, random, said);
  }
  placement placed(const extender_opinion& said) {
    const decision d = made(said);
    REQUIRE(std::holds_alternative<placement>(d));
    return std::get<placement>(d);
  }
  diagnosis refused(const extender_opinion& said) {
    const decision d = made(said);
    REQUIRE(std::holds_alternative<diagnosis>(d));
    return std::get<diagnosis>(d);
  }
  profile p;
  live_cluster c;
  std::mt19937_64 random;
};

// n1 is refused; n3 is worth 50.
fake_profile of_three() {
  fake_profile f;
  f.add<of<fake_filter, fake_score>>("A", [](auto& a) {
    a.on_filter = [](const pod_info&, const cluster& all, node_id n) {
      return all.node(n).name == "n1" ? status::refuse("not n1") : status::ok();
    };
    a.on_score = [](auto&, const cluster& all, node_id n) { return all.node(n).name == "n3" ? 50 : 0; };
  });
  return f;
}

status by_extender(code what, std::string why) { return {what, {std::move(why)}, "Extender"}; }

extender_opinion only(std::vector<std::string> left) {
  extender_opinion said;
  said.evaluated = 3;
  said.left = std::move(left);
  said.narrowed = said.left.size() != 2;
  return said;
}

}  // namespace

TEST_CASE("extender opinion: the first half names the feasible nodes, or says why there are none") {
  fake_profile f = of_three();
  halves h(f);
  CHECK(h.found().nodes == std::vector<std::string>{"n2", "n3"});
  CHECK(h.found().evaluated == 3);
  h.c.remove_node("n2");
  h.c.remove_node("n3");
  cycle_state cycle;
  const shortlist none = h.p.find_candidates(h.c.intern(make_pod("web")), h.c, cycle);
  REQUIRE(std::holds_alternative<diagnosis>(none));
  CHECK(std::get<diagnosis>(none).message() == "0/1 nodes are available: 1 not n1.");
}

TEST_CASE("extender opinion: the nominated node is looked at alone, unless it is not to be") {
  fake_profile f = of_three();
  halves h(f);
  const candidates alone = h.found(make_pod("web").nominated_to("n2"));
  CHECK(alone.nodes == std::vector<std::string>{"n2"});
  CHECK(alone.nominated);
  CHECK(h.found(make_pod("web").nominated_to("n1")).nodes.size() == 2);
  CHECK(h.found(make_pod("web").nominated_to("n2"), false).nodes.size() == 2);
}

TEST_CASE("extender opinion: scores are added to the plugins' own") {
  fake_profile f = of_three();
  halves h(f);
  extender_opinion said = only({"n2", "n3"});
  CHECK(h.placed(said).node == "n3");
  said.scores = {{"n2", 40}};
  CHECK(h.placed(said).node == "n3");
  said.scores = {{"n2", 60}, {"n9", 1000}};
  CHECK(h.placed(said).node == "n2");
  CHECK(h.placed(said).feasible_nodes == 2);
  CHECK(h.placed(said).evaluated_nodes == 3);
  said.scores = {{"n3", std::numeric_limits<std::int64_t>::max()}};
  CHECK(h.placed(said).node == "n3");
}

TEST_CASE("extender opinion: only what is left may be chosen, and it must still fit") {
  fake_profile f = of_three();
  halves h(f);
  CHECK(h.placed(only({"n2"})).node == "n2");
  CHECK(h.placed(only({"n2"})).feasible_nodes == 1);
  h.c.remove_node("n2");
  CHECK(h.refused(only({"n2"})).plugins == std::vector<std::string>{"A", "Extender"});
  CHECK(h.placed(only({"n2", "n3"})).node == "n3");
}

TEST_CASE("extender opinion: nobody left is explained in the extender's words") {
  fake_profile f = of_three();
  halves h(f);
  extender_opinion said = only({});
  said.refused = {{"n2", by_extender(code::unschedulable, "full")},
                  {"n3", by_extender(code::unschedulable_and_unresolvable, "broken")},
                  {"n9", by_extender(code::unschedulable, "who?")}};
  const diagnosis why = h.refused(said);
  CHECK(why.message() == "0/3 nodes are available: 1 broken, 1 full, 1 not n1, 1 who?.");
  CHECK(why.plugins == std::vector<std::string>{"A", "Extender"});
  CHECK(why.table[why.refused_by[h.c.find_node("n3")]].what == code::unschedulable_and_unresolvable);
}

TEST_CASE("extender opinion: reasons under names that are no node's count in the message") {
  fake_profile f = of_three();
  halves h(f);
  extender_opinion said = only({});
  said.refused = {{"n2", by_extender(code::unschedulable, "full")},
                  {"n8", by_extender(code::unschedulable, "full")},
                  {"", by_extender(code::unschedulable_and_unresolvable, "who?")}};
  CHECK(h.refused(said).message() == "0/3 nodes are available: 1 not n1, 1 who?, 2 full.");
}

TEST_CASE("extender opinion: nodes that were dropped without a word are refused without a reason") {
  fake_profile f = of_three();
  halves h(f);
  const diagnosis why = h.refused(only({}));
  CHECK(why.message() == "0/3 nodes are available: 1 not n1.");
  CHECK(why.refused_by[h.c.find_node("n2")] != 0);
  CHECK(why.plugins == std::vector<std::string>{"A", "Extender"});
}

TEST_CASE("extender opinion: a node that came meanwhile was not asked about and is not chosen") {
  fake_profile f = of_three();
  halves h(f);
  h.c.set_node(make_node("n4"));
  for (int i = 0; i < 20; ++i) CHECK(h.placed(only({"n2"})).node == "n2");
}

TEST_CASE("extender opinion: numbers beyond 64 bits stop at their ends") {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
  CHECK(saturating_sum(most, 1) == most);
  CHECK(saturating_sum(least, -1) == least);
  CHECK(saturating_product(most, 2) == most);
  CHECK(saturating_product(most, -2) == least);
  CHECK(saturating_product(-3, -4) == 12);
}
