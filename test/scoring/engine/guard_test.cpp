#include "scoring/engine/guard.hpp"

#include "scoring/index/live_cluster.hpp"
#include "test/scoring/fakes.hpp"
#include "test/support/objects.hpp"

#include <doctest/doctest.h>

#include <new>
#include <stdexcept>

using namespace berth;
using namespace berth::test;

/// Plugins that throw, at each extension point.
namespace {

using journal = of<fake_journal>;
constexpr const char* boom = "threw an exception: boom";

[[noreturn]] void throw_boom() { throw std::runtime_error("boom"); }

struct bench final : fault_listener {
  bench() {
    nodes.set_node(make_node("n1").allocatable("cpu", "4"));
    nodes.set_node(make_node("n2").allocatable("cpu", "4"));
  }
  void plugin_threw(const plugin_fault& fault) override {
    faults.push_back(fault.pod.key.name + ": " + fault.message);
    CHECK(fault.message.find(std::string(fault.point) + " plugin") != std::string::npos);
  }
  profile& make() {
    made.emplace(f.make());
    made->report_faults_to(this);
    return *made;
  }
  std::string schedule(cycle_state&& cycle = {}) {
    const decision d = made->schedule(pod, nodes, cycle, random);
    if (const auto* where = std::get_if<placement>(&d)) return "on " + where->node;
    if (const auto* none = std::get_if<diagnosis>(&d)) return none->message();
    return std::get<cycle_error>(d).message;
  }

  fake_profile f;
  std::optional<profile> made;
  std::vector<std::string> faults;
  live_cluster nodes;
  pod_info pod = nodes.intern(make_pod("a"));
  std::mt19937_64 random{1};
};

dependencies own_node() { return {0, reach::own_node}; }

}  // namespace

TEST_CASE("guard: whatever is thrown becomes an error with its text") {
  CHECK(guarded([]() -> status { throw std::runtime_error("boom"); }).message() == boom);
  CHECK(guarded([]() -> status { throw std::bad_alloc(); }).message() == "threw an exception: std::bad_alloc");
  CHECK(guarded([]() -> status { throw 1; }).message() == "threw something that is not a std::exception");
  CHECK(guarded([]() -> status { throw "text"; }).message() == "threw something that is not a std::exception");
  CHECK(guarded([] { throw 1; }).what == code::error);
  CHECK(guarded([]() -> permit_result { throw 1; }).what.what == code::error);
  const auto answer = guarded([]() -> bool { throw 1; });
  CHECK(!answer.value);
  CHECK(answer.what.what == code::error);
}

TEST_CASE("guard: what is answered without throwing goes through as it is") {
  CHECK(guarded([] { return status::refuse("no"); }) == status::refuse("no"));
  CHECK(guarded([] {}).is_ok());
  CHECK(guarded([] { return false; }).value == false);
  CHECK(guarded([] {
          return permit_result{status::ok(), std::chrono::seconds(3)};
        }).timeout == std::chrono::seconds(3));
}

TEST_CASE("guard: the text of an exception is cut after a kilobyte, between characters") {
  const status s = guarded([]() -> status { throw std::runtime_error(std::string(1023, 'x') + "\u00e4" + "rest"); });
  CHECK(s.message() == "threw an exception: " + std::string(1023, 'x') + " ...");
}

TEST_CASE("profile: an exception in PreFilter, Filter, PreScore, Score or NormalizeScore ends the cycle by name") {
  for (const dependencies reads : {dependencies{}, own_node()}) {
    bench b;
    b.f.add<of<fake_pre_filter>>(
        "A", [](auto& p) { p.on_pre_filter = [](auto&&...) -> pre_filter_result { throw_boom(); }; }, 0, reads);
    b.make();
    CHECK(b.schedule() == "running PreFilter plugin \"A\": threw an exception: boom");

    bench filter;
    filter.f.add<of<fake_filter>>(
        "A", [](auto& p) { p.on_filter = [](auto&&...) -> status { throw_boom(); }; }, 0, reads);
    filter.make();
    CHECK(filter.schedule() == "running \"A\" filter plugin: threw an exception: boom");

    bench pre_score;
    pre_score.f.add<of<fake_pre_score, fake_score>>(
        "A", [](auto& p) { p.on_pre_score = [](auto&&...) -> status { throw_boom(); }; }, 1, reads);
    pre_score.make();
    CHECK(pre_score.schedule() == "running PreScore plugin \"A\": threw an exception: boom");

    bench score;
    score.f.add<of<fake_score>>(
        "A", [](auto& p) { p.on_score = [](auto&&...) -> std::int64_t { throw_boom(); }; }, 1, reads);
    score.make();
    CHECK(score.schedule() == "running Score plugins: plugin \"A\" failed with: threw an exception: boom");

    bench normalize;
    normalize.f.add<of<fake_score>>(
        "A",
        [](auto& p) {
          p.scale = scaling::own;
          p.on_normalize = [](auto&&...) -> status { throw_boom(); };
        },
        1, reads);
    normalize.make();
    CHECK(normalize.schedule() ==
          "running Normalize on Score plugins: plugin \"A\" failed with: threw an exception: boom");
  }
}

TEST_CASE("profile: a Filter that throws in the middle of the nodes leaves nothing behind that is believed") {
  for (const dependencies reads : {dependencies{}, own_node()}) {
    bench b;
    bool broken = true;
    b.f.add<of<fake_filter>>(
        "A",
        [&](auto& p) {
          p.on_filter = [&](const pod_info&, const cluster& c, node_id n) -> status {
            if (c.node(n).name == "n1") return status::refuse("never n1");
            if (broken) throw 1;
            return status::ok();
          };
        },
        0, reads);
    b.make();
    CHECK(b.schedule() == "running \"A\" filter plugin: threw something that is not a std::exception");
    broken = false;
    CHECK(b.schedule() == "on n2");
  }
}

TEST_CASE("profile: a PostFilter that throws leaves the pod unschedulable, and is named") {
  bench b;
  b.f.add<of<fake_filter>>("No", [](auto& p) { p.on_filter = [](auto&&...) { return status::refuse("no"); }; });
  b.f.add<of<fake_post_filter>>(
      "A", [](auto& p) { p.on_post_filter = [](auto&&...) -> post_filter_result { throw_boom(); }; });
  b.make();
  CHECK(b.schedule() == "0/2 nodes are available: 2 no. running PostFilter plugin \"A\": threw an exception: boom");
}

TEST_CASE("profile: explain, judge and rate name the plugin that threw as schedule does") {
  bench b;
  b.f.add<of<fake_filter>>("A", [](auto& p) { p.on_filter = [](auto&&...) -> status { throw_boom(); }; });
  profile& p = b.make();
  CHECK(p.explain(b.pod, b.nodes).error == "running \"A\" filter plugin: threw an exception: boom");
  cycle_state cycle;
  CHECK(p.judge(b.pod, b.nodes, b.nodes.nodes(), cycle).error ==
        "running \"A\" filter plugin: threw an exception: boom");

  bench s;
  s.f.add<of<fake_score>>(
      "A", [](auto& q) { q.on_score = [](auto&&...) -> std::int64_t { throw_boom(); }; }, 1);
  const std::vector<node_id> all{0, 1};
  cycle_state rating;
  CHECK(s.make().rate(s.pod, s.nodes, all, rating).error ==
        "running Score plugins: plugin \"A\" failed with: threw an exception: boom");
}

TEST_CASE("profile: a PreEnqueue that throws is an error by name, and no other plugin is asked") {
  bench b;
  b.f.add<of<fake_pre_enqueue>>("A", [](auto& p) { p.on_pre_enqueue = [](auto&&...) -> status { throw_boom(); }; });
  b.f.add<of<fake_pre_enqueue>>("B", [](auto& p) { p.on_pre_enqueue = [](auto&&...) { return status::ok(); }; });
  const status s = b.make().pre_enqueue(b.pod, b.nodes);
  CHECK(s.what == code::error);
  CHECK(s.plugin == "A");
  CHECK(s.message() == "running PreEnqueue plugin \"A\": threw an exception: boom");
}

TEST_CASE("profile: a QueueSort that throws orders nothing, and the fault is told") {
  bench b;
  b.f.config.multi_point.enabled.erase(b.f.config.multi_point.enabled.begin());  // "Sort"
  b.f.add<of<fake_queue_sort>>("A", [](auto& p) { p.on_before = [](auto&&...) -> bool { throw_boom(); }; });
  const queued_pod one{&b.pod, 1}, other{&b.pod, 2};
  profile& p = b.make();
  CHECK(!p.before(one, other));
  CHECK(!p.before(other, one));
  REQUIRE(b.faults.size() == 2);
  CHECK(b.faults[0] == "a: running QueueSort plugin \"A\": threw an exception: boom");
}

TEST_CASE("profile: a queueing hint that throws counts as worth a try, and the fault is told") {
  bench b;
  b.f.add<of<fake_filter>>("A", [](auto& p) { p.hint = [](auto&&...) -> bool { throw 1; }; });
  cluster_event node_added{.resource = event_resource::node, .actions = action_add};
  CHECK(b.make().queueing_hint(b.pod, {"A"}, node_added));
  REQUIRE(b.faults.size() == 1);
  CHECK(b.faults[0] == "a: running QueueingHint plugin \"A\": threw something that is not a std::exception");
}

TEST_CASE("profile: exceptions after the choice are errors of their point; Unreserve and PostBind reach all plugins") {
  for (const std::string_view point : {"reserve", "unreserve", "permit", "prebind", "postbind"}) {
    bench b;
    std::vector<std::string> calls;
    for (const char* name : {"A", "B", "C"})
      b.f.add<journal>(name, [&calls, name, point](journal& j) {
        j.called = name;
        j.calls = &calls;
        if (j.name() == "B")
          j.on_call = [point](std::string_view now) {
            if (now == point) throw_boom();
          };
      });
    profile& p = b.make();
    cycle_state cycle;
    std::vector<profile::permit_wait> waits;
    const std::vector<std::string> all_unreserved{"unreserve C", "unreserve B", "unreserve A"};
    if (point == "reserve") {
      const status s = p.reserve(b.pod, b.nodes, cycle, "n1");
      CHECK(s.what == code::error);
      CHECK(s.message() == "running Reserve plugin \"B\": threw an exception: boom");
      CHECK(std::vector<std::string>(calls.end() - 3, calls.end()) == all_unreserved);
    } else if (point == "unreserve") {
      p.unreserve(b.pod, b.nodes, cycle, "n1");
      CHECK(calls == all_unreserved);
      CHECK(b.faults == std::vector<std::string>{"a: running Unreserve plugin \"B\": threw an exception: boom"});
    } else if (point == "permit") {
      CHECK(p.permit(b.pod, b.nodes, cycle, "n1", waits).message() ==
            "running Permit plugin \"B\": threw an exception: boom");
    } else if (point == "prebind") {
      CHECK(p.pre_bind(b.pod, b.nodes, cycle, "n1").what.message() ==
            "running PreBind plugin \"B\": threw an exception: boom");
    } else {
      p.post_bind(b.pod, b.nodes, cycle, "n1");
      CHECK(calls == std::vector<std::string>{"postbind A", "postbind B", "postbind C"});
      CHECK(b.faults == std::vector<std::string>{"a: running PostBind plugin \"B\": threw an exception: boom"});
    }
  }
}

TEST_CASE("profile: a Bind that throws is an error, whatever it had asked for before") {
  bench b;
  b.f.config.multi_point.enabled.erase(b.f.config.multi_point.enabled.begin() + 1);  // "Bind"
  b.f.add<of<fake_bind>>("A", [](auto& p) { p.before_answering = throw_boom; });
  cycle_state cycle;
  CHECK(b.make().bind(b.pod, b.nodes, cycle, "n1").message() == "running Bind plugin \"A\": threw an exception: boom");
}

TEST_CASE("profile: a plugin that throws while it is made, or asked about itself, is a configuration error by name") {
  struct throws_in_reads : fake_filter, plugin {
    std::string_view name() const override { return "A"; }
    dependencies reads() const override { throw 1; }
  };
  struct throws_in_events : fake_filter, plugin {
    std::string_view name() const override { return "A"; }
    std::vector<event_interest> events_to_register() const override { throw std::bad_alloc(); }
  };
  struct throws_in_scales : fake_score, plugin {
    std::string_view name() const override { return "A"; }
    scaling scales() const override { throw std::runtime_error("boom"); }
  };
  const auto error_of = [](plugin_factory make) {
    fake_profile f;
    f.plugins.add("A", std::move(make));
    f.config.multi_point.enabled.push_back({"A", 1, ""});
    try {
      f.make();
    } catch (const configuration_error& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  const std::string at = "profiles[0].pluginConfig[A].args: initializing plugin \"A\": ";
  CHECK(error_of([](auto&&...) { return std::make_unique<throws_in_reads>(); }) ==
        at + "threw something that is not a std::exception");
  CHECK(error_of([](auto&&...) { return std::make_unique<throws_in_events>(); }) == at + "std::bad_alloc");
  CHECK(error_of([](auto&&...) { return std::make_unique<throws_in_scales>(); }) == at + "boom");
  CHECK(error_of([](auto&&...) -> std::unique_ptr<plugin> { throw 1; }) ==
        at + "threw something that is not a std::exception");
  CHECK(error_of([](auto&&...) -> std::unique_ptr<plugin> { throw_boom(); }) == at + "boom");
}
