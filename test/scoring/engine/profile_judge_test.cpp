#include "test/scoring/fakes.hpp"

#include "scoring/index/what_if.hpp"
#include "test/support/objects.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::scoring;
using namespace berth::test;

/// Filter and Score by themselves, of nodes that somebody else proposes.
namespace {

struct question {
  explicit question(std::size_t count = 3) {
    for (std::size_t i = 1; i <= count; ++i) nodes.set_node(make_node("n" + std::to_string(i)));
  }
  node_id number(const char* name) const { return nodes.find_node(name); }
  node_set these(std::initializer_list<const char*> names) const {
    node_set out(nodes.universe());
    for (const char* name : names) out.insert(number(name));
    return out;
  }
  judgement judge(profile& p, std::initializer_list<const char*> names) {
    cycle_state cycle;
    return p.judge(nodes.intern(make_pod("a").cpu("2")), nodes, these(names), cycle);
  }

  live_cluster nodes;
};

profile default_profile() {
  profile_config config;
  config.scheduler_name = "berth";
  return profile(config, default_registry());
}

}  // namespace

TEST_CASE("judge: only the nodes asked about are judged, each with its first refusal") {
  question q(0);
  q.nodes.set_node(make_node("big").cpu("4"));
  q.nodes.set_node(make_node("small").cpu("1"));
  q.nodes.set_node(make_node("closed").unschedulable());
  profile p = default_profile();
  const judgement said = q.judge(p, {"big", "closed"});
  CHECK(said.error.empty());
  CHECK(said.feasible == q.these({"big"}));
  CHECK(said.refused_by[q.number("small")] == 0);
  CHECK(said.why(q.number("closed")).message() == "node(s) were unschedulable");
  CHECK(said.why(q.number("closed")).what == code::unschedulable_and_unresolvable);
  CHECK(q.judge(p, {"small"}).why(q.number("small")).message() == "Insufficient cpu");
}

TEST_CASE("judge: a rejection by PreFilter, and nodes that it leaves out, are refusals too") {
  question q;
  fake_profile f;
  pre_filter_result answer;
  f.add<of<fake_pre_filter>>(
      "P", [&](auto& plugin) { plugin.on_pre_filter = [&](const pod_info&, const cluster&) { return answer; }; });
  answer.node_names = {{"n1"}};
  profile narrowing = f.make();
  judgement said = q.judge(narrowing, {"n1", "n2"});
  CHECK(said.feasible == q.these({"n1"}));
  CHECK(said.why(q.number("n2")).message() == "node(s) didn't satisfy plugin(s) [P]");

  answer = {status::refuse("not at all"), std::nullopt};
  profile refusing = f.make();
  said = q.judge(refusing, {"n1", "n3"});
  CHECK(said.feasible.empty());
  CHECK(said.why(q.number("n3")).message() == "not at all");
  CHECK(said.refused_by[q.number("n2")] == 0);

  answer = {status::failed("broken"), std::nullopt};
  profile broken = f.make();
  CHECK(q.judge(broken, {"n1"}).error == R"(running PreFilter plugin "P": broken)");
}

TEST_CASE("rate: weighted totals in the order asked, and the highest that there can be") {
  question q;
  fake_profile f;
  const auto likes = [](std::int64_t per_number) {
    return [per_number](of<fake_score>& plugin) {
      plugin.on_score = [per_number](const pod_info&, const cluster&, node_id n) {
        return per_number * static_cast<std::int64_t>(n);
      };
    };
  };
  f.add<of<fake_score>>("A", likes(10), 2);
  f.add<of<fake_score>>("B", likes(1), 1);
  profile p = f.make();
  const std::vector<node_id> asked{q.number("n1"), q.number("n3")};
  cycle_state cycle;
  const rating said = p.rate(q.nodes.intern(make_pod("a")), q.nodes, asked, cycle);
  CHECK(said.error.empty());
  CHECK(said.highest == 300);
  CHECK(said.totals ==
        std::vector<std::int64_t>{21 * static_cast<std::int64_t>(asked[0]), 21 * static_cast<std::int64_t>(asked[1])});
}

TEST_CASE("what if: a node that was added goes, and the pods that name it wait for it again") {
  live_cluster c;
  c.set_node(make_node("n1"));
  c.place(c.intern(make_pod("early").cpu("1")), "n2");
  {
    what_if q(c);
    const node_id n = q.add_node(make_node("n2").cpu("4"));
    CHECK(c.node_count() == 2);
    CHECK(c.requested(cpu)[n] == 1000);
    q.place(c.intern(make_pod("late").cpu("2")), "n2");
    CHECK(c.requested(cpu)[n] == 3000);
  }
  CHECK(c.node_count() == 1);
  CHECK(c.find_node("n2") == no_node);
  CHECK(c.node_name_of("default-early") == "n2");
  CHECK(c.find_placed("default-late") == nullptr);
}
