#include "test/controller/cluster/cache_fixture.hpp"
#include "test/support/seeds.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

using namespace berth;
using namespace berth::controller;
using namespace std::chrono_literals;
using berth::test::cache_fixture;
using berth::test::lines;
using berth::test::make_node;
using berth::test::make_pod;

TEST_CASE_FIXTURE(cache_fixture, "cache: it is in sync when nodes, pods and namespaces were each listed") {
  nodes.replaced({});
  pods.replaced({});
  CHECK_FALSE(cache.synced());
  namespaces.replaced({});
  CHECK(cache.synced());
}

TEST_CASE_FIXTURE(cache_fixture, "cache: what a node's update says, in upstream's words; a heartbeat says nothing") {
  nodes.applied(make_node("n1"));
  CHECK(ear.take() == lines{"NodeAdd"});
  nodes.applied(make_node("n1").version("2"));
  CHECK(ear.take().empty());
  nodes.applied(make_node("n1").version("3").unschedulable());
  CHECK(ear.take().empty());  // cordoning cures nothing
  CHECK(cache.index().unschedulable().contains(cache.index().find_node("n1")));
  nodes.applied(make_node("n1").version("4"));
  CHECK(ear.take() == lines{"NodeUpdateNodeTaint"});
  nodes.applied(make_node("n1").version("5").cpu("8").label("a", "b").taint("t").annotation("x", "y"));
  CHECK(ear.take() ==
        lines{"NodeUpdateNodeAllocatable", "NodeUpdateNodeLabel", "NodeUpdateNodeTaint", "NodeUpdateNodeAnnotation"});
  nodes.applied(make_node("n1").version("6"));
  ear.take();
  nodes.applied(make_node("n1").version("7").declares(k8s::feature_bind_mount_options));
  CHECK(ear.take() == lines{"NodeUpdateNodeDeclaredFeature"});
  nodes.removed(make_node("n1"));
  CHECK(ear.take() == lines{"NodeDelete"});
  CHECK(cache.index().node_count() == 0);
}

TEST_CASE_FIXTURE(cache_fixture, "cache: what the watch shows twice counts once, and is told once") {
  nodes.applied(make_node("n1").cpu("4"));
  pods.applied(make_pod("web").cpu("1").on("n1"));
  ear.take();
  nodes.applied(make_node("n1").cpu("4"));
  pods.applied(make_pod("web").cpu("1").on("n1"));
  CHECK(ear.take().empty());
  const auto n = cache.index().find_node("n1");
  CHECK(cache.index().pod_count()[n] == 1);
  CHECK(cache.index().requested(scoring::cpu)[n] == 1000);
  for (int i = 0; i < 2; ++i) pods.removed(make_pod("web").cpu("1").on("n1"));
  CHECK(ear.take() == lines{"AssignedPodDelete"});
  CHECK(cache.index().requested(scoring::cpu)[n] == 0);
}

TEST_CASE_FIXTURE(cache_fixture, "cache: a node made anew under its name is another node") {
  nodes.applied(make_node("n1"));
  k8s::node other = make_node("n1");
  other.uid = "new";
  ear.take();
  nodes.replaced({std::make_shared<const k8s::node>(other)});
  CHECK(ear.take() == lines{"NodeDelete", "NodeAdd"});
}

TEST_CASE_FIXTURE(cache_fixture,
                  "cache: our waiting pods go to the queue, others' do not; all count once they have a node") {
  nodes.applied(make_node("n1"));
  ear.take();
  pods.applied(make_pod("ours").cpu("1"));
  pods.applied(make_pod("theirs").scheduler("other").cpu("1"));
  CHECK(ear.take() == lines{"waits default-ours"});
  pods.applied(make_pod("theirs").scheduler("other").cpu("1").version("2").on("n1"));
  pods.applied(make_pod("ours").cpu("1").version("2").on("n1"));
  CHECK(ear.take() == lines{"AssignedPodAdd", "waits no longer default-ours", "AssignedPodAdd"});
  CHECK(cpu_on("n1") == 2000);
}

TEST_CASE_FIXTURE(cache_fixture, "cache: terminal pods never count") {
  nodes.applied(make_node("n1"));
  pods.applied(make_pod("done").cpu("1").on("n1").phase(k8s::pod_phase::succeeded));
  CHECK(cpu_on("n1") == 0);
  pods.applied(make_pod("web").cpu("1").on("n1"));
  ear.take();
  pods.applied(make_pod("web").cpu("1").on("n1").version("2").phase(k8s::pod_phase::failed));
  CHECK(ear.take() == lines{"AssignedPodDelete"});
  CHECK(cpu_on("n1") == 0);
}

TEST_CASE_FIXTURE(cache_fixture, "cache: what an assigned pod's update says") {
  nodes.applied(make_node("n1"));
  pods.applied(make_pod("web").cpu("2").on("n1"));
  ear.take();
  pods.applied(make_pod("web").cpu("2").on("n1"));  // the same version once more
  CHECK(ear.take().empty());
  pods.applied(make_pod("web").cpu("2").on("n1").version("2").phase(k8s::pod_phase::running));
  CHECK(ear.take() == lines{"AssignedPodUpdate"});
  pods.applied(make_pod("web").cpu("1").on("n1").version("3").label("a", "b"));
  CHECK(ear.take() == lines{"AssignedPodUpdatePodLabel", "AssignedPodUpdatePodScaleDown"});
  CHECK(cpu_on("n1") == 1000);
  pods.removed(make_pod("web").on("n1"));
  CHECK(ear.take() == lines{"AssignedPodDelete"});
  CHECK(cpu_on("n1") == 0);
}

TEST_CASE_FIXTURE(cache_fixture, "cache: an assumed pod counts at once, and once when the watch confirms it") {
  nodes.applied(make_node("n1"));
  pods.applied(make_pod("web").cpu("1"));
  const scoring::pod_info placed = cache.assume(waiting("web"), "n1");
  CHECK(placed.pod->node_name == "n1");
  CHECK(cpu_on("n1") == 1000);
  CHECK(cache.is_assumed("default-web"));
  ear.take();
  pods.applied(make_pod("web").cpu("1").version("2").condition("Unschedulable", "an echo"));
  CHECK(ear.take().empty());  // it is under way: no business of the queue
  pods.applied(make_pod("web").cpu("1").version("3").on("n1"));
  CHECK(ear.take() == lines{"waits no longer default-web", "AssignedPodAdd"});
  CHECK_FALSE(cache.is_assumed("default-web"));
  CHECK(cpu_on("n1") == 1000);
}

TEST_CASE_FIXTURE(cache_fixture, "cache: forgetting gives the room back, and only what is assumed can be forgotten") {
  nodes.applied(make_node("n1"));
  pods.applied(make_pod("web").cpu("1"));
  CHECK_FALSE(cache.forget("default-web"));
  cache.assume(waiting("web"), "n1");
  CHECK(cache.forget("default-web"));
  CHECK(cpu_on("n1") == 0);
  cache.assume(waiting("web"), "n1");
  pods.applied(make_pod("web").cpu("1").version("2").on("n1"));
  CHECK_FALSE(cache.forget("default-web"));  // confirmed meanwhile
  CHECK(cpu_on("n1") == 1000);
}

TEST_CASE_FIXTURE(cache_fixture,
                  "cache: a pod bound elsewhere while assumed moves there, and others learn that there is room") {
  nodes.applied(make_node("n1"));
  nodes.applied(make_node("n2"));
  pods.applied(make_pod("web").cpu("1"));
  cache.assume(waiting("web"), "n1");
  ear.take();
  pods.applied(make_pod("web").cpu("1").version("2").on("n2"));
  CHECK(ear.take() ==
        lines{"waits no longer default-web", "assumption failed default-web", "AssignedPodDelete", "AssignedPodAdd"});
  CHECK(cpu_on("n1") == 0);
  CHECK(cpu_on("n2") == 1000);
}

TEST_CASE_FIXTURE(cache_fixture,
                  "cache: an assumed pod that is deleted, being deleted or made anew is no longer assumed") {
  nodes.applied(make_node("n1"));
  for (int how = 0; how < 3; ++how) {
    CAPTURE(how);
    pods.applied(make_pod("web").cpu("1").version("1"));
    cache.assume(waiting("web"), "n1");
    ear.take();
    if (how == 0) pods.applied(make_pod("web").cpu("1").version("2").terminating());
    if (how == 1) pods.removed(make_pod("web"));
    if (how == 2) pods.applied(make_pod("web").cpu("1").uid("new"));
    const lines told = ear.take();
    CHECK(std::count(told.begin(), told.end(), "assumption failed default-web") == 1);
    CHECK(std::count(told.begin(), told.end(), "AssignedPodDelete") == 1);
    CHECK(cpu_on("n1") == 0);
    CHECK(cache.assumed_count() == 0);
    pods.replaced({});
  }
}

TEST_CASE_FIXTURE(cache_fixture, "cache: a list replaces all by key and uid, and keeps what is assumed") {
  nodes.applied(make_node("n1"));
  pods.applied(make_pod("gone").on("n1"));
  pods.applied(make_pod("anew").on("n1"));
  pods.applied(make_pod("stays").on("n1"));
  pods.applied(make_pod("assumed").cpu("1"));
  cache.assume(waiting("assumed"), "n1");
  ear.take();
  pods.replaced({make_pod("anew").uid("second"), make_pod("stays").on("n1"), make_pod("assumed").cpu("1")});
  lines told = ear.take();
  std::sort(told.begin(), told.end());
  CHECK(told == lines{"AssignedPodDelete", "AssignedPodDelete", "waits second"});
  CHECK(cache.is_assumed("default-assumed"));
  CHECK(cpu_on("n1") == 1000);
}

TEST_CASE_FIXTURE(cache_fixture, "cache: a lagging server cannot take a pod's node away") {
  nodes.applied(make_node("n1"));
  pods.applied(make_pod("web").cpu("1").version("7").on("n1"));
  ear.take();
  pods.replaced({make_pod("web").cpu("1").version("3")});
  CHECK(ear.take().empty());
  CHECK(cpu_on("n1") == 1000);
  CHECK(cache.find_waiting({"default", "web"}, "default-web") == nullptr);
}

TEST_CASE_FIXTURE(cache_fixture, "cache: a server that was put back to an older copy, and has grown since, can") {
  nodes.applied(make_node("n1"));
  nodes.applied(make_node("n2"));
  pods.applied(make_pod("web").cpu("1").version("9").on("n1"));
  ear.take();
  pods.replaced({make_pod("web").cpu("1").version("10").condition("Unschedulable", "in the other life")});
  CHECK(ear.take() == lines{"AssignedPodDelete", "waits default-web"});
  CHECK(cpu_on("n1") == 0);
  CHECK(cache.find_waiting({"default", "web"}, "default-web") != nullptr);
  pods.applied(make_pod("web").cpu("1").version("11").on("n1"));
  ear.take();
  pods.replaced({make_pod("web").cpu("1").version("12").on("n2")});
  CHECK(ear.take() == lines{"AssignedPodDelete", "AssignedPodAdd"});
  CHECK(cpu_on("n1") == 0);
  CHECK(cpu_on("n2") == 1000);
}

TEST_CASE_FIXTURE(cache_fixture, "cache: a pod may name a node that comes later") {
  pods.applied(make_pod("web").cpu("1").on("n1"));
  nodes.applied(make_node("n1"));
  CHECK(cpu_on("n1") == 1000);
}

TEST_CASE_FIXTURE(cache_fixture, "cache: acknowledged bindings that the watch does not show are named once a minute") {
  const instant now(100h);
  nodes.applied(make_node("n1"));
  pods.applied(make_pod("web"));
  cache.assume(waiting("web"), "n1");
  CHECK(cache.to_verify(now + 1h, 1min).empty());  // the server has not answered: the binding cycle has it
  cache.binding_acknowledged("default-web", now);
  CHECK(cache.to_verify(now + 59s, 1min).empty());
  const auto due = cache.to_verify(now + 60s, 1min);
  REQUIRE(due.size() == 1);
  CHECK(due[0].node == "n1");
  CHECK(cache.to_verify(now + 61s, 1min).empty());
  CHECK(cache.to_verify(now + 120s, 1min).size() == 1);
}

TEST_CASE("cache: after any history the index is what a list of the same state gives" * doctest::test_suite("random")) {
  for (const unsigned seed : test::seeds({.quick = 60, .all = 2000})) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    const auto upto = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    cache_fixture f;
    std::map<std::string, k8s::pod_ptr> truth;
    std::map<std::string, k8s::node_ptr> hosts;
    int version = 0;
    for (int step = 0; step < 150; ++step) {
      const std::string name = "p" + std::to_string(upto(12));
      const std::string node = "n" + std::to_string(upto(4));
      make_pod next(name);
      next.version(std::to_string(++version)).cpu(std::to_string(1 + upto(3)));
      const auto there = truth.find(name);
      switch (upto(6)) {
        case 0:
        case 1:
          if (there == truth.end()) {
            next.uid(name + "-" + std::to_string(version));
            if (upto(2) == 0) next.on(node);
          } else {
            next.uid(there->second->uid)
                .on(there->second->node_name.empty() && upto(2) == 0 ? node : there->second->node_name);
            if (upto(6) == 0) next.terminating();
          }
          truth[name] = next;
          f.pods.applied(truth[name]);
          break;
        case 2:
          if (there == truth.end()) break;
          f.pods.removed(there->second);
          truth.erase(there);
          break;
        case 3:
          if (there == truth.end() || !there->second->node_name.empty() || there->second->terminating() ||
              f.cache.is_assumed(there->second->uid))
            break;
          if (const auto* w = f.cache.find_waiting(there->second->key, there->second->uid)) f.cache.assume(*w, node);
          if (upto(2) == 0) f.cache.forget(there->second->uid);
          break;
        case 4:
          if (upto(2) == 0) {
            hosts[node] = make_node(node).version(std::to_string(version));
            f.nodes.applied(hosts[node]);
          } else if (hosts.contains(node)) {
            f.nodes.removed(hosts[node]);
            hosts.erase(node);
          }
          break;
        default: {
          std::vector<k8s::pod_ptr> all;
          for (const auto& [key, pod] : truth) all.push_back(pod);
          f.pods.replaced(std::move(all));
        }
      }
    }
    for (const auto& [name, pod] : truth) f.cache.forget(pod->uid);
    cache_fixture fresh;
    for (const auto& [name, node] : hosts) fresh.nodes.applied(node);
    for (const auto& [name, pod] : truth) fresh.pods.applied(pod);
    CHECK(f.cache.assumed_count() == 0);
    CHECK(f.cache.pod_count() == fresh.cache.pod_count());
    CHECK(f.cache.index().placed_count() == fresh.cache.index().placed_count());
    for (const auto& [name, node] : hosts) CHECK(f.cpu_on(name) == fresh.cpu_on(name));
  }
}

TEST_CASE_FIXTURE(cache_fixture, "cache: whole texts are there while a node is, and while a pod of ours waits") {
  const auto text = [](const char* json) { return std::make_shared<const std::string>(json); };
  const auto applied = [&](const make_pod& builder, const char* json) {
    const k8s::pod_ptr pod = builder;
    pods.whole(*pod, text(json));
    pods.applied(pod);
  };
  nodes.whole(make_node("n1").build(), text("old"));
  nodes.applied(make_node("n1"));
  nodes.whole(make_node("n1").build(), text("new"));
  nodes.applied(make_node("n1").version("2"));
  CHECK(*cache.node_text("n1") == "new");
  nodes.removed(make_node("n1"));
  CHECK(cache.node_text("n1") == nullptr);

  applied(make_pod("ours"), "ours");
  applied(make_pod("theirs").scheduler("other"), "theirs");
  CHECK(*cache.pod_text("default-ours") == "ours");
  CHECK(cache.pod_text("default-theirs") == nullptr);
  pods.applied(make_pod("ours").version("2").on("n1"));
  CHECK(cache.pod_text("default-ours") == nullptr);
  applied(make_pod("gone"), "gone");
  pods.removed(make_pod("gone"));
  CHECK(cache.pod_text("default-gone") == nullptr);
}

TEST_CASE_FIXTURE(cache_fixture, "cache: a node that was made anew has its own text") {
  k8s::node again = make_node("n1");
  again.uid = "another";
  const auto text = [](const char* json) { return std::make_shared<const std::string>(json); };
  nodes.whole(make_node("n1").build(), text("first"));
  nodes.applied(make_node("n1"));
  nodes.whole(again, text("second"));
  nodes.applied(std::make_shared<const k8s::node>(again));
  CHECK(*cache.node_text("n1") == "second");
}

TEST_CASE_FIXTURE(cache_fixture,
                  "cache: a placed pod holds what its status says of it as a whole, and each change is an event") {
  using amounts = berth::test::amounts;
  const auto resized = [](const char* version, const char* spec, const amounts& status) {
    return make_pod("r").version(version).cpu(spec).on("n1").resized_as_a_whole(status, status);
  };
  nodes.applied(make_node("n1"));
  pods.applied(make_pod("r").version("1").cpu("3").on("n1"));
  ear.take();
  pods.applied(resized("2", "1", {{"cpu", "3"}}));  // to be smaller, but not yet
  CHECK(cpu_on("n1") == 3000);
  CHECK(ear.take() == lines{"AssignedPodUpdate"});
  pods.applied(resized("3", "1", {{"cpu", "1"}}));
  CHECK(cpu_on("n1") == 1000);
  CHECK(ear.take() == lines{"AssignedPodUpdatePodScaleDown"});
  pods.applied(resized("4", "8", {{"cpu", "1"}}));
  CHECK(cpu_on("n1") == 8000);
  CHECK(ear.take() == lines{"AssignedPodUpdatePodScaleUp"});
  pods.applied(resized("5", "8", {{"cpu", "1"}}).resize_infeasible());
  CHECK(cpu_on("n1") == 1000);
  CHECK(ear.take() == lines{"AssignedPodUpdatePodScaleDown"});
}
