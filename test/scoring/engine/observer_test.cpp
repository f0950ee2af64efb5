#include "scoring/engine/observer.hpp"

#include "test/scoring/fakes.hpp"

#include "scoring/index/live_cluster.hpp"
#include "test/support/objects.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <random>

using namespace berth;
using namespace berth::test;

namespace {

/// Writes down what it is told: "PreFilter Success".
struct diary final : observer {
  void begins(stage s) override { begun = s; }
  void ended(stage s, code how) override {
    CHECK(s == begun);
    told.push_back(std::string(name_of(s)) + " " + std::string(name_of(how)));
  }
  stage begun{};
  std::vector<std::string> told;
};

using list = std::vector<std::string>;
using journal = of<fake_journal>;

profile with_defaults() {
  profile_config c;
  c.scheduler_name = "berth";
  return profile(c, default_registry());
}

list told_of(profile& p, live_cluster& nodes, const make_pod& pod) {
  diary d;
  cycle_state cycle;
  cycle.observed_by(&d);
  std::mt19937_64 random(1);
  p.schedule(nodes.intern(pod), nodes, cycle, random);
  return d.told;
}

}  // namespace

TEST_CASE("observer: a decision is told point by point, in order") {
  live_cluster nodes;
  nodes.set_node(make_node("n1"));
  nodes.set_node(make_node("n2"));
  profile p = with_defaults();
  CHECK(told_of(p, nodes, make_pod("a")) ==
        list{"PreFilter Success", "Filter Success", "PreScore Success", "Score Success"});
}

TEST_CASE("observer: scores are told of as many nodes as are wanted, the chosen one first, and add up to the totals") {
  live_cluster nodes;
  for (int i = 1; i <= 200; ++i) nodes.set_node(make_node("n" + std::to_string(i)).cpu(std::to_string(1 + i % 50)));
  profile p = with_defaults();
  std::mt19937_64 random(1);
  for (const std::size_t wanted : {0u, 1u, 4u, 1000u}) {
    struct counter final : observer {
      void begins(stage) override {}
      void ended(stage, code) override {}
      std::size_t scores_wanted() const override { return most; }
      void scored(const score_table& table) override {
        ++times;
        rows = table.rows.size();
        chosen = std::string(table.rows.at(0).node);
        for (const auto& row : table.rows) {
          CHECK(row.total == std::accumulate(row.weighted.begin(), row.weighted.end(), std::int64_t{0}));
          CHECK(row.weighted.size() == table.plugins.size());
          CHECK(row.total <= table.rows[0].total);
        }
      }
      std::size_t most = 0, times = 0, rows = 0;
      std::string chosen;
    } c;
    c.most = wanted;
    cycle_state cycle;
    cycle.observed_by(&c);
    const decision made = p.schedule(nodes.intern(make_pod("a").cpu("100m")), nodes, cycle, random);
    CHECK(c.times == (wanted > 0 ? 1 : 0));
    CHECK(c.rows == std::min<std::size_t>(wanted, 200));
    if (wanted > 0) CHECK(c.chosen == std::get<placement>(made).node);
  }
}

TEST_CASE("observer: with one node left nothing is scored, and that is how it is told") {
  live_cluster nodes;
  nodes.set_node(make_node("n1"));
  profile p = with_defaults();
  CHECK(told_of(p, nodes, make_pod("a")) == list{"PreFilter Success", "Filter Success"});
}

TEST_CASE("observer: a refusal ends Filter, or PreFilter, with its code") {
  live_cluster nodes;
  nodes.set_node(make_node("n1"));
  profile p = with_defaults();
  const list refused = told_of(p, nodes, make_pod("a").node_selector("disk", "ssd"));
  REQUIRE(refused.size() >= 2);
  CHECK(refused[0] == "PreFilter Success");
  CHECK(refused[1] == "Filter Unschedulable");

  fake_profile f;
  f.add<of<fake_filter>>("Breaks", [](auto& one) {
    one.on_filter = [](const pod_info&, const cluster&, node_id) { return status::failed("boom"); };
  });
  profile broken = f.make();
  CHECK(told_of(broken, nodes, make_pod("a")) == list{"PreFilter Success", "Filter Error"});
}

TEST_CASE("observer: Reserve to PostBind are told too, and what a refused Reserve undoes") {
  fake_profile f;
  f.add<journal>("A", [](journal& j) { j.on_permit = {{code::wait, {}, {}}, std::chrono::seconds(1)}; });
  profile p = f.make();
  live_cluster nodes;
  const pod_info pod = nodes.intern(make_pod("a"));
  diary d;
  cycle_state cycle;
  cycle.observed_by(&d);
  std::vector<profile::permit_wait> waits;
  p.reserve(pod, nodes, cycle, "n1");
  p.permit(pod, nodes, cycle, "n1", waits);
  p.pre_bind(pod, nodes, cycle, "n1");
  p.bind(pod, nodes, cycle, "n1");
  p.post_bind(pod, nodes, cycle, "n1");
  CHECK(d.told == list{"Reserve Success", "Permit Wait", "PreBind Success", "Bind Success", "PostBind Success"});

  fake_profile no;
  no.add<journal>("A", [](journal& j) { j.on_reserve = status::refuse("taken"); });
  profile refusing = no.make();
  d.told.clear();
  refusing.reserve(pod, nodes, cycle, "n1");
  CHECK(d.told == list{"Reserve Unschedulable", "Unreserve Success"});
}

TEST_CASE("observer: a stage that a plugin threw out of has ended in an error") {
  diary d;
  CHECK_THROWS([&] {
    observed_stage running(&d, stage::filter);
    throw std::runtime_error("boom");
  }());
  CHECK(d.told == list{"Filter Error"});
}
