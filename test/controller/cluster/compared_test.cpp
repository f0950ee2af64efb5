#include "test/controller/cluster/cache_fixture.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

/// What the cache says of itself when it is held against the server, and when its pods are listed.
using namespace berth;
using berth::controller::cluster_cache;
using berth::test::cache_fixture;
using berth::test::make_node;
using berth::test::make_pod;

namespace {

struct compared_fixture : cache_fixture {
  const k8s::comparable<k8s::pod>& of_pods = *pods.compared(std::type_identity<k8s::pod>());
  const k8s::comparable<k8s::node>& of_nodes = *nodes.compared(std::type_identity<k8s::node>());

  bool agrees(k8s::pod_ptr pod) const { return of_pods.agrees(*pod); }
  bool agrees(k8s::node_ptr node) const { return of_nodes.agrees(*node); }
};

}  // namespace

TEST_CASE_FIXTURE(compared_fixture, "compared: pods that are kept agree until something changes that matters here") {
  nodes.applied(make_node("n1"));
  pods.applied(make_pod("web").cpu("1").on("n1"));
  CHECK(agrees(make_pod("web").cpu("1").on("n1")));
  CHECK(agrees(make_pod("web").cpu("1").on("n1").version("77")));
  CHECK_FALSE(agrees(make_pod("web").cpu("2").on("n1")));
  CHECK_FALSE(agrees(make_pod("web").cpu("1").limit("cpu", "2").on("n1")));
  CHECK_FALSE(agrees(make_pod("web").cpu("1")));
  k8s::pod other = make_pod("web").cpu("1").on("n1");
  other.uid = "another";
  CHECK_FALSE(of_pods.agrees(other));
}

TEST_CASE_FIXTURE(compared_fixture, "compared: pods that are not kept agree where they are not wanted") {
  CHECK(agrees(make_pod("theirs").scheduler("other")));
  CHECK_FALSE(agrees(make_pod("theirs").scheduler("other").on("n1")));
  CHECK_FALSE(agrees(make_pod("ours")));
  k8s::pod done = make_pod("ours").on("n1");
  done.phase = k8s::pod_phase::succeeded;
  CHECK(of_pods.agrees(done));
  nodes.applied(make_node("n1"));
  pods.applied(make_pod("ours").on("n1"));
  CHECK_FALSE(of_pods.agrees(done));
}

TEST_CASE_FIXTURE(compared_fixture, "compared: a pod whose gates went unseen does not agree") {
  pods.applied(make_pod("web").gate("example.com/quota"));
  CHECK(agrees(make_pod("web").gate("example.com/quota")));
  CHECK_FALSE(agrees(make_pod("web")));
}

TEST_CASE_FIXTURE(compared_fixture, "compared: a pod's state is another once a change was taken in, and not before") {
  CHECK(of_pods.held({"default", "web"}).state == nullptr);
  nodes.applied(make_node("n1"));
  pods.applied(make_pod("web").on("n1").version("5"));
  const k8s::held_state before = of_pods.held({"default", "web"});
  CHECK(before.version == "5");
  pods.applied(make_pod("web").on("n1").version("6"));
  CHECK(of_pods.held({"default", "web"}).state == before.state);
  CHECK(of_pods.held({"default", "web"}).version == "6");
  pods.applied(make_pod("web").on("n1").cpu("1").version("7"));
  CHECK(of_pods.held({"default", "web"}).state != before.state);
}

TEST_CASE_FIXTURE(compared_fixture, "compared: what is assumed of a pod is not what the watch showed") {
  nodes.applied(make_node("n1"));
  pods.applied(make_pod("web"));
  cache.assume(waiting("web"), "n1");
  CHECK(agrees(make_pod("web")));
  CHECK_FALSE(agrees(make_pod("web").on("n1")));
}

TEST_CASE_FIXTURE(compared_fixture, "compared: nodes likewise; a heartbeat is no change") {
  nodes.applied(make_node("n1").version("5"));
  CHECK(agrees(make_node("n1").version("9")));
  CHECK_FALSE(agrees(make_node("n1").unschedulable()));
  CHECK_FALSE(agrees(make_node("n2")));
  const k8s::held_state before = of_nodes.held({"", "n1"});
  nodes.applied(make_node("n1").version("6"));
  CHECK(of_nodes.held({"", "n1"}).state == before.state);
  nodes.applied(make_node("n1").version("7").unschedulable());
  CHECK(of_nodes.held({"", "n1"}).state != before.state);
}

TEST_CASE_FIXTURE(compared_fixture, "walk: every pod that is held comes once, though pods come and go on the way") {
  nodes.applied(make_node("n1"));
  const auto name = [](int i) { return fmt::format("web-{}", i); };
  for (int i = 0; i < 100; ++i) pods.applied(make_pod(name(i)).on("n1"));
  const auto all_after = [&](auto&& meanwhile) {
    cluster_cache::pod_walk walk;
    std::vector<k8s::pod_ptr> seen;
    CHECK_FALSE(cache.walk_pods(walk, 10, seen));
    CHECK(seen.size() >= 10);
    CHECK(seen.size() < 50);
    meanwhile();
    while (!cache.walk_pods(walk, 10, seen)) continue;
    std::vector<std::string> names;
    for (const k8s::pod_ptr& p : seen) names.push_back(p->key.name);
    std::sort(names.begin(), names.end());
    CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
    return names.size();
  };
  CHECK(all_after([] {}) == 100);
  const auto made_anew = [&] {
    for (int i = 0; i < 100; ++i) pods.applied(make_pod(name(i)).on("n1").uid(fmt::format("anew-{}", i)));
  };
  CHECK(all_after(made_anew) == 100);
  const auto so_many_that_the_table_is_built_anew = [&] {
    for (int i = 100; i < 2000; ++i) pods.applied(make_pod(name(i)).on("n1"));
  };
  CHECK(all_after(so_many_that_the_table_is_built_anew) == 2000);
}

TEST_CASE_FIXTURE(compared_fixture,
                  "walk: pods are as the watch shows them, whoever schedules those that have a node") {
  nodes.applied(make_node("n1"));
  pods.applied(make_pod("assumed"));
  pods.applied(make_pod("theirs").scheduler("other").on("n1"));
  pods.applied(make_pod("unseen").scheduler("other"));
  cache.assume(waiting("assumed"), "n1");
  cluster_cache::pod_walk walk;
  std::vector<k8s::pod_ptr> seen;
  CHECK(cache.walk_pods(walk, 10, seen));
  std::vector<std::string> told;
  for (const k8s::pod_ptr& p : seen) told.push_back(fmt::format("{} on {}", p->key.name, p->node_name));
  std::sort(told.begin(), told.end());
  CHECK(told == std::vector<std::string>{"assumed on ", "theirs on n1"});
}

TEST_CASE_FIXTURE(compared_fixture, "compared: each that is held is named") {
  nodes.applied(make_node("n1"));
  nodes.applied(make_node("n2"));
  pods.applied(make_pod("web"));
  std::vector<std::string> names;
  of_nodes.each_held([&](const k8s::object_key& key) { names.push_back(key.text()); });
  of_pods.each_held([&](const k8s::object_key& key) { names.push_back(key.text()); });
  std::sort(names.begin(), names.end());
  CHECK(names == std::vector<std::string>{"default/web", "n1", "n2"});
}
