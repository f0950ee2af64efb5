#include "test/scoring/fakes.hpp"

#include "scoring/index/live_cluster.hpp"
#include "test/support/objects.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::test;
using namespace std::chrono_literals;

/// Reserve to PostBind.
namespace {

using journal = of<fake_journal>;

struct bench {
  // Plugins A and B that write down their calls; `set_up` is for B.
  explicit bench(std::function<void(journal&)> set_up = {}) {
    for (const char* name : {"A", "B"})
      f.add<journal>(name, [this, name, set_up](journal& j) {
        j.called = name;
        j.calls = &calls;
        if (set_up && j.name() == "B") set_up(j);
      });
    made.emplace(f.make());
  }

  fake_profile f;
  std::vector<std::string> calls;
  std::optional<profile> made;
  live_cluster nodes;
  pod_info pod = nodes.intern(make_pod("a"));
  cycle_state cycle;
};

using list = std::vector<std::string>;

}  // namespace

TEST_CASE("profile: reserve asks all plugins in order, unreserve the other way round") {
  bench b;
  CHECK(b.made->reserve(b.pod, b.nodes, b.cycle, "n1").is_ok());
  b.made->unreserve(b.pod, b.nodes, b.cycle, "n1");
  CHECK(b.calls == list{"reserve A", "reserve B", "unreserve B", "unreserve A"});
}

TEST_CASE("profile: what a plugin refuses to reserve is unreserved with all") {
  bench b([](journal& j) { j.on_reserve = status::refuse("taken"); });
  const status s = b.made->reserve(b.pod, b.nodes, b.cycle, "n1");
  CHECK(s.what == code::unschedulable);
  CHECK(s.plugin == "B");
  CHECK(b.calls == list{"reserve A", "reserve B", "unreserve B", "unreserve A"});
  CHECK(diagnosis::after_choice(s).message() == "0/1 nodes are available: 1 taken.");
  CHECK(diagnosis::after_choice(s).plugins == list{"B"});
}

TEST_CASE("profile: a plugin that breaks is named with its point") {
  bench reserve([](journal& j) { j.on_reserve = status::failed("boom"); });
  CHECK(reserve.made->reserve(reserve.pod, reserve.nodes, reserve.cycle, "n1").message() ==
        "running Reserve plugin \"B\": boom");
  bench permit([](journal& j) { j.on_permit.what = status::failed("boom"); });
  std::vector<profile::permit_wait> waits;
  const status s = permit.made->permit(permit.pod, permit.nodes, permit.cycle, "n1", waits);
  CHECK(s.message() == "running Permit plugin \"B\": boom");
  CHECK(s.what == code::error);
  bench pre_bind([](journal& j) { j.on_pre_bind = status::failed("boom"); });
  CHECK(pre_bind.made->pre_bind(pre_bind.pod, pre_bind.nodes, pre_bind.cycle, "n1").what.message() ==
        "running PreBind plugin \"B\": boom");
}

TEST_CASE("profile: permit collects who wants to wait, for a quarter of an hour at most") {
  bench b([](journal& j) { j.on_permit = {{code::wait, {"for friends"}, {}}, std::chrono::hours(2)}; });
  std::vector<profile::permit_wait> waits;
  const status s = b.made->permit(b.pod, b.nodes, b.cycle, "n1", waits);
  CHECK(s.what == code::wait);
  CHECK(s.message() == "for friends, one or more plugins asked to wait and no plugin rejected pod");
  REQUIRE(waits.size() == 1);
  CHECK(waits[0].plugin == "B");
  CHECK(waits[0].timeout == 15min);
}

TEST_CASE("profile: a rejection by permit ends the waiting of others") {
  fake_profile f;
  f.add<journal>("A", [](journal& j) { j.on_permit = {{code::wait, {}, {}}, 1s}; });
  f.add<journal>("B", [](journal& j) { j.on_permit.what = status::refuse("no"); });
  profile p = f.make();
  live_cluster nodes;
  cycle_state cycle;
  std::vector<profile::permit_wait> waits;
  const status s = p.permit(nodes.intern(make_pod("a")), nodes, cycle, "n1", waits);
  CHECK(s.what == code::unschedulable);
  CHECK(s.plugin == "B");
  CHECK(waits.empty());
}

TEST_CASE("profile: bind passes on what a plugin skips, and leaves the effect of the one that binds") {
  fake_profile f;
  f.config.multi_point.enabled.pop_back();  // "Bind": after Skips
  f.add<of<fake_bind>>("Skips", [](auto& b) { b.on_bind = status::skipped(); });
  f.config.multi_point.enabled.push_back({"Bind", 0, ""});
  profile p = f.make();
  live_cluster nodes;
  cycle_state cycle;
  CHECK(p.bind(nodes.intern(make_pod("a")), nodes, cycle, "n1").is_ok());
  const std::vector<effect> effects = cycle.out().take();
  REQUIRE(effects.size() == 1);
  CHECK(std::get<bind_pod>(effects[0]).node == "n1");
}

TEST_CASE("profile: where every plugin skips, nobody binds") {
  fake_profile f;
  f.config.multi_point.enabled.pop_back();
  f.add<of<fake_bind>>("Skips", [](auto& b) { b.on_bind = status::skipped(); });
  profile p = f.make();
  live_cluster nodes;
  cycle_state cycle;
  CHECK(p.bind(nodes.intern(make_pod("a")), nodes, cycle, "n1").what == code::skip);
}

TEST_CASE("profile: the plugins after the one that breaks in bind are not asked") {
  fake_profile f;
  f.config.multi_point.enabled.pop_back();
  f.add<of<fake_bind>>("Breaks", [](auto& b) { b.on_bind = status::failed("boom"); });
  f.config.multi_point.enabled.push_back({"Bind", 0, ""});
  profile p = f.make();
  live_cluster nodes;
  cycle_state cycle;
  CHECK(p.bind(nodes.intern(make_pod("a")), nodes, cycle, "n1").message() == "running Bind plugin \"Breaks\": boom");
  CHECK(cycle.out().take().empty());
}

TEST_CASE("profile: after binding all plugins are told") {
  bench b;
  b.made->post_bind(b.pod, b.nodes, b.cycle, "n1");
  CHECK(b.calls == list{"postbind A", "postbind B"});
}
