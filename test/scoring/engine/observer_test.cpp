#include "scoring/engine/observer.hpp"

#include "test/scoring/fakes.hpp"

#include "scoring/index/live_cluster.hpp"
#include "test/support/objects.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>
#include <set>
#include <string>
#include <vector>

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

TEST_CASE("observer: every call of a plugin is told, with its place among the plugins, and timed only when asked to") {
  struct clock final : observer {
    void begins(stage) override {}
    void ended(stage, code) override {}
    void plugin_begins() override { ++begun; }
    void plugin_ended(const plugin_call& call, code how) override {
      told.push_back(std::string(call.who->name()) + " " + std::string(name_of(call.point)) + " " +
                     std::string(name_of(how)));
      numbers[std::string(call.who->name())].insert(call.number);
    }
    void time_all(bool wanted) { time_plugins(wanted); }
    std::size_t begun = 0;
    list told;
    std::map<std::string, std::set<std::size_t>> numbers;
  };
  live_cluster nodes;
  nodes.set_node(make_node("n1"));
  nodes.set_node(make_node("n2"));
  profile p = with_defaults();
  std::mt19937_64 random(1);
  clock c;
  const auto schedule = [&] {
    cycle_state cycle;
    cycle.observed_by(&c);
    p.schedule(nodes.intern(make_pod("a")), nodes, cycle, random);
  };
  schedule();
  const auto has = [&](const char* call) { return std::find(c.told.begin(), c.told.end(), call) != c.told.end(); };
  CHECK(has("NodeResourcesFit PreFilter Success"));
  CHECK(has("NodeResourcesFit Filter Success"));
  CHECK(has("InterPodAffinity PreFilter Skip"));
  CHECK(has("NodeResourcesFit Score Success"));
  CHECK(c.begun == 0);
  std::set<std::size_t> all;
  for (const auto& [name, numbers] : c.numbers) {
    CHECK_MESSAGE(numbers.size() == 1, name);
    all.insert(numbers.begin(), numbers.end());
  }
  CHECK(all.size() == c.numbers.size());

  c.told.clear();
  c.time_all(true);
  schedule();
  CHECK(c.begun == c.told.size());
}

TEST_CASE("observer: a plugin that is asked for a queueing hint is told, one that did not ask for the event is not") {
  struct diary_of_hints final : observer {
    void begins(stage) override {}
    void ended(stage, code) override {}
    void plugin_ended(const plugin_call& call, code how) override {
      told.push_back(std::string(call.who->name()) + " " + std::string(name_of(call.point)) + " " +
                     std::string(name_of(how)));
    }
    list told;
  } d;
  live_cluster nodes;
  const pod_info pod = nodes.intern(make_pod("a").cpu("1"));
  const k8s::node_ptr small = make_node("small").cpu("500m");
  const k8s::node_ptr large = make_node("large").cpu("8");
  const profile p = with_defaults();
  cluster_event event{.resource = event_resource::node, .actions = action_add, .label = "NodeAdd"};
  event.new_node = small.get();
  CHECK_FALSE(p.queueing_hint(pod, {"NodeResourcesFit"}, event, &d));
  event.new_node = large.get();
  CHECK(p.queueing_hint(pod, {"NodeResourcesFit"}, event, &d));
  cluster_event other{.resource = event_resource::namespace_object, .actions = action_add, .label = "NamespaceAdd"};
  CHECK_FALSE(p.queueing_hint(pod, {"NodeResourcesFit"}, other, &d));
  CHECK(d.told == list{"NodeResourcesFit QueueingHint Skip", "NodeResourcesFit QueueingHint Success"});
}
