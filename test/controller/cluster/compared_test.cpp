#include "test/controller/cluster/cache_fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>

/// What the cache says of itself when it is held against the server.
using namespace berth;
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
