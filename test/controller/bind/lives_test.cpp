#include "controller/offline/judge.hpp"
#include "k8s/text/ascii.hpp"
#include "test/controller/trouble.hpp"
#include "test/controller/webhook/extender_rig.hpp"
#include "test/controller/world.hpp"
#include "test/support/seeds.hpp"

#include <doctest/doctest.h>

#include <array>
#include <random>

/// Many placements at once, which die at every step and for every reason, in each of the three that make them: `berth
/// run`, the webhook, and the rehearsal. At the end plugins hold something for exactly the pods that were bound, and
/// the cache and the index count exactly those.
using namespace berth;
using namespace berth::test;
using namespace std::chrono_literals;

namespace {

struct dice {
  explicit dice(unsigned seed) : random(seed) {}
  int upto(int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); }
  template <std::size_t N>
  const char* one_of(const std::array<const char*, N>& all) {
    return all[static_cast<std::size_t>(upto(static_cast<int>(N)))];
  }
  std::mt19937 random;
};

constexpr std::array<const char*, 7> steps{"reserve", "unreserve", "permit", "preBind", "bind", "postBind", "filter"};
constexpr std::array<const char*, 6> ways{"refuse", "fail", "throw", "throw-1", "bad-alloc", "wait"};

fault any_fault(dice& d) {
  constexpr std::array all{fault::unreachable, fault::lost,      fault::lost_after,
                           fault::error_500,   fault::throttled, fault::error_500_after};
  return d.upto(4) != 0 ? fault::none : all[static_cast<std::size_t>(d.upto(static_cast<int>(all.size())))];
}

make_pod troubled_pod(dice& d, const std::string& name) {
  make_pod pod(name);
  if (d.upto(2) == 0) return pod;
  const std::string at = d.one_of(steps);
  std::string how = d.one_of(ways);
  if (how == "wait" && at != "permit") how = "throw";
  return pod.label("at", at).label("how", how).label("times", std::to_string(1 + d.upto(2)));
}

struct run_life {
  explicit run_life(unsigned seed)
      : d(seed), w(settings_with(1 + seed % 5, seed), with_trouble(held), troubled_configuration()) {
    w.api.latency = [this](const request&) { return std::chrono::milliseconds(d.upto(200)); };
    w.api.plan = [this](const request& r) {
      return stormy && r.path.ends_with("/binding") ? any_fault(d) : fault::none;
    };
    w.api.pod_bound = [this](const k8s::pod& pod) { bound.insert(pod.uid); };
    w.list({make_node("n0"), make_node("n1"), make_node("others").unschedulable()});
  }

  void step() {
    const auto any_pod = [&] { return std::next(w.api.pods.begin(), d.upto(static_cast<int>(w.api.pods.size()))); };
    switch (d.upto(6)) {
      case 0:
      case 1:
      case 2:
        w.create(troubled_pod(d, "p" + std::to_string(++made)));
        break;
      case 3:
        if (!w.api.pods.empty()) w.remove(any_pod()->first.name);
        break;
      case 4:
        if (!w.api.pods.empty())
          if (const auto there = any_pod(); there->second.node_name.empty())  // somebody else binds it
            w.api.change_pod(there->first, [](k8s::pod& p) { p.node_name = "others"; });
        break;
      default:
        if (d.upto(2) == 0)
          w.nodes().removed(make_node("n1"));
        else
          w.nodes().applied(make_node("n1").version(std::to_string(++made)));
    }
    w.advance(std::chrono::milliseconds(d.upto(700)));
  }

  void check() {
    for (const std::string& uid : *held) CHECK(bound.contains(uid));
    std::size_t placed = 0;
    for (const auto& [key, pod] : w.api.pods) {
      CAPTURE(key.name);
      CHECK(held->contains(pod.uid) == bound.contains(pod.uid));
      placed += !pod.node_name.empty();
    }
    CHECK(w.scheduler.cache().assumed_count() == 0);
    CHECK(w.scheduler.cache().index().placed_count() == placed);
  }

  dice d;
  held_pods held = std::make_shared<std::set<std::string>>();
  std::set<std::string> bound;
  bool stormy = true;
  int made = 0;
  world w;
};

}  // namespace

TEST_CASE("placements of berth run: whatever they die of, plugins, cache and index hold what is bound" *
          doctest::test_suite("random")) {
  for (const unsigned seed : seeds({.quick = 40, .all = 1000})) {
    CAPTURE(seed);
    run_life life(seed);
    for (int i = 0; i < 50; ++i) life.step();
    life.stormy = false;
    life.w.nodes().applied(make_node("n1").version("9999"));
    life.w.advance(60s);
    life.check();
    CHECK(life.w.scheduler.bindings_in_flight() == 0);
  }
}

TEST_CASE("placements of berth run: stopped in the middle, nothing is held but for what is bound" *
          doctest::test_suite("random")) {
  for (const unsigned seed : seeds({.quick = 40, .all = 1000})) {
    CAPTURE(seed);
    held_pods held;
    std::set<std::string> bound;
    {
      run_life life(seed);
      held = life.held;
      life.stormy = false;
      life.w.api.latency = [](const request&) { return 10s; };
      for (int i = 0; i < 20; ++i) life.step();
      life.w.tasks.stop();
      life.w.time.run();
      bound = life.bound;
    }
    for (const std::string& uid : *held) CHECK(bound.contains(uid));
  }
}

TEST_CASE("placements of the webhook: whatever they die of, plugins, cache and index hold what is bound" *
          doctest::test_suite("random")) {
  for (const unsigned seed : seeds({.quick = 40, .all = 1000})) {
    CAPTURE(seed);
    dice d(seed);
    const held_pods held = std::make_shared<std::set<std::string>>();
    std::set<std::string> bound;
    extender_rig r(troubled_profiles, with_trouble(held));
    r.list({make_node("n1")});
    r.api.plan = [&](const request& q) { return q.method == "POST" ? any_fault(d) : fault::none; };
    r.api.pod_bound = [&](const k8s::pod& pod) { bound.insert(pod.uid); };
    std::vector<std::shared_ptr<extender_rig::pending>> asked;
    for (int i = 0; i < 20; ++i) {
      const std::string name = "p" + std::to_string(i);
      r.api.create_pod(troubled_pod(d, name));
      asked.push_back(r.send("POST", "/bind", binding_text(name, "n1")));
      r.time.advance(std::chrono::milliseconds(d.upto(8)));
      if (d.upto(4) == 0) {
        const auto there = std::next(r.api.pods.begin(), d.upto(static_cast<int>(r.api.pods.size())));
        const auto last = std::make_shared<const k8s::pod>(there->second);
        r.api.pods.erase(there);
        r.pods().removed(last);
      }
    }
    r.api.plan = [](const request&) { return fault::none; };
    r.time.advance(60s);
    for (const auto& p : asked) CHECK(p->done);
    for (const std::string& uid : *held) CHECK(bound.contains(uid));
    std::size_t placed = 0;
    for (const auto& [key, pod] : r.api.pods) {
      CAPTURE(key.name);
      CHECK(held->contains(pod.uid) == bound.contains(pod.uid));
      placed += !pod.node_name.empty();
    }
    CHECK(r.cache.assumed_count() == 0);
    CHECK(r.cache.index().placed_count() == placed);
  }
}

TEST_CASE("placements of the webhook: a plugin that throws is an error answer of that request alone") {
  const held_pods held = std::make_shared<std::set<std::string>>();
  extender_rig r(troubled_profiles, with_trouble(held));
  r.list({make_node("n1")});
  const auto answer = [&](const char* at) {
    const std::string name = k8s::to_lower(std::string(at));
    r.api.create_pod(make_pod(name).label("at", at).label("how", "throw"));
    return r.post("/bind", binding_text(name, "n1"));
  };
  CHECK(answer("reserve") ==
        R"({"Error":"running Reserve plugin \"Trouble\": threw an exception: trouble at reserve"})");
  CHECK(answer("preBind") ==
        R"({"Error":"running PreBind plugin \"Trouble\": threw an exception: trouble at preBind"})");
  CHECK(answer("filter") == R"({"Error":"running \"Trouble\" filter plugin: threw an exception: trouble at filter"})");
  CHECK(answer("postBind") == R"({"Error":""})");
  CHECK(held->size() == 1);
  r.api.create_pod(make_pod("refused").label("at", "preBind"));
  CHECK(r.post("/bind", binding_text("refused", "n1")) ==
        R"({"Error":"running PreBind plugin \"Trouble\": trouble at preBind"})");
  r.api.create_pod(make_pod("good"));
  CHECK(r.post("/bind", binding_text("good", "n1")) == R"({"Error":""})");
}

TEST_CASE("placements of the rehearsal: whatever they die of, plugins hold what was placed" *
          doctest::test_suite("random")) {
  for (const unsigned seed : seeds({.quick = 40, .all = 1000})) {
    CAPTURE(seed);
    dice d(seed);
    const held_pods held = std::make_shared<std::set<std::string>>();
    std::string cluster =
        "{kind: Node, apiVersion: v1, metadata: {name: n1}, status: {allocatable: {cpu: 8, pods: 9}}}\n";
    for (int i = 0; i < 12; ++i) {
      cluster +=
          "---\n{kind: Pod, apiVersion: v1, metadata: {name: p" + std::to_string(i) + ", uid: u" + std::to_string(i) +
          ", labels: {at: " + d.one_of(steps) + ", how: " + d.one_of(ways) +
          "}}, spec: {schedulerName: berth, containers: [{name: c, image: i, resources: {requests: {cpu: 1}}}]}}\n";
    }
    const controller::judgement said = controller::rehearse(
        with_trouble(held),
        std::string("apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\nprofiles: ") +
            troubled_profiles,
        cluster, seed);
    std::set<std::string> placed;
    for (const controller::judged_pod& p : said.pods)
      if (!p.placed_on.empty() && p.permit.empty()) placed.insert("u" + p.name.substr(std::string("default/p").size()));
    CHECK(*held == placed);
  }
}

TEST_CASE("rehearse: an exception that no pod's message names is told beside them") {
  const controller::judgement said = controller::rehearse(
      with_trouble(std::make_shared<std::set<std::string>>()),
      std::string("apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\nprofiles: ") +
          troubled_profiles,
      R"({kind: Node, apiVersion: v1, metadata: {name: n1}, status: {allocatable: {cpu: 8, pods: 9}}}
---
{kind: Pod, apiVersion: v1, metadata: {name: a, labels: {at: postBind, how: throw}},
 spec: {schedulerName: berth, containers: [{name: c, image: i}]}}
)");
  CHECK(said.pod("a").placed_on == "n1");
  CHECK(said.faults == std::vector<std::string>{
                           "default/a: running PostBind plugin \"Trouble\": threw an exception: trouble at postBind"});
}

TEST_CASE("judge: a plugin that throws is named in its pod's message, and the other pods are judged") {
  const auto pod = [](const std::string& name, const std::string& labels) {
    return "---\n{kind: Pod, apiVersion: v1, metadata: {name: " + name + ", labels: {" + labels +
           "}}, spec: {schedulerName: berth, containers: [{name: c, image: i}]}}\n";
  };
  const controller::judgement said = controller::judge(
      with_trouble(std::make_shared<std::set<std::string>>()),
      std::string("apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\nprofiles: ") +
          troubled_profiles,
      "{kind: Node, apiVersion: v1, metadata: {name: n1}, status: {allocatable: {cpu: 8, pods: 9}}}\n" +
          pod("gate", "at: preEnqueue, how: throw") + pod("filter", "at: filter, how: throw-1") + pod("good", ""));
  CHECK(said.pod("gate").message == "running PreEnqueue plugin \"Trouble\": threw an exception: trouble at preEnqueue");
  CHECK(said.pod("filter").message ==
        "running \"Trouble\" filter plugin: threw something that is not a std::exception");
  CHECK(said.pod("good").best == std::vector<std::string>{"n1"});
}
