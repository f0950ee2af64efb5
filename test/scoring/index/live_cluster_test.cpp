#include "scoring/index/live_cluster.hpp"

#include "test/support/objects.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using namespace berth;
using namespace berth::scoring;
using namespace berth::test;

namespace {

std::vector<node_id> changed_since(const cluster& c, std::uint64_t position) {
  std::vector<node_id> out;
  REQUIRE(c.changes().for_each_since(position, [&](node_id n) { out.push_back(n); }));
  return out;
}

std::set<std::string> pods_on(const cluster& c, node_id n) {
  std::set<std::string> names;
  for (const pod_info& p : c.pods_on(n)) names.insert(p.pod->key.name);
  return names;
}

}  // namespace

TEST_CASE("cluster: a node has a row in every column") {
  live_cluster c;
  const node_id n =
      c.set_node(make_node("n1").cpu("2500m").memory("1Gi").pods("7").allocatable("example.com/gpu", "3"));
  CHECK(c.find_node("n1") == n);
  CHECK(c.find_node("n2") == no_node);
  CHECK(c.node_count() == 1);
  CHECK(c.allocatable(cpu)[n] == 2500);
  CHECK(c.allocatable(memory)[n] == std::int64_t{1} << 30);
  CHECK(c.allowed_pods()[n] == 7);
  const resource_id* gpu = c.resources().find("example.com/gpu");
  REQUIRE(gpu != nullptr);
  CHECK(c.allocatable(*gpu)[n] == 3);
  CHECK(c.requested(*gpu)[n] == 0);
}

TEST_CASE("cluster: a placed pod is in the sums of its node until it is removed") {
  live_cluster c;
  const node_id n = c.set_node(make_node("n1"));
  c.place(c.intern(make_pod("a").cpu("1").memory("1Gi")), "n1");
  c.place(c.intern(make_pod("b").cpu("500m")), "n1");
  CHECK(c.requested(cpu)[n] == 1500);
  CHECK(c.non_zero_memory()[n] == (std::int64_t{1} << 30) + default_memory_request);
  CHECK(c.pod_count()[n] == 2);
  CHECK(c.node_name_of("default-a") == "n1");
  CHECK(c.find_placed("default-a")->pod->key.name == "a");

  c.remove("default-a");
  CHECK(c.requested(cpu)[n] == 500);
  CHECK(pods_on(c, n) == std::set<std::string>{"b"});
  CHECK(c.find_placed("default-a") == nullptr);
  CHECK(c.node_name_of("default-a").empty());
  c.remove("default-a");
  CHECK(c.pod_count()[n] == 1);
}

TEST_CASE("cluster: placing a pod again moves or resizes it") {
  live_cluster c;
  const node_id n1 = c.set_node(make_node("n1"));
  const node_id n2 = c.set_node(make_node("n2"));
  c.place(c.intern(make_pod("a").cpu("1")), "n1");
  c.place(c.intern(make_pod("a").cpu("2")), "n2");
  CHECK(c.requested(cpu)[n1] == 0);
  CHECK(c.requested(cpu)[n2] == 2000);
  c.place(c.intern(make_pod("a").cpu("3")), "n2");
  CHECK(c.requested(cpu)[n2] == 3000);
  CHECK(c.pod_count()[n2] == 1);
  CHECK(c.placed_count() == 1);
  // What is handed in may be what is replaced.
  c.place(*c.find_placed("default-a"), c.node_name_of("default-a"));
  CHECK(c.requested(cpu)[n2] == 3000);
}

TEST_CASE("cluster: a terminal pod takes no room") {
  live_cluster c;
  const node_id n = c.set_node(make_node("n1"));
  c.place(c.intern(make_pod("a").cpu("1")), "n1");
  c.place(c.intern(make_pod("a").cpu("1").phase(k8s::pod_phase::succeeded)), "n1");
  CHECK(c.pod_count()[n] == 0);
  CHECK(c.requested(cpu)[n] == 0);
  CHECK(c.placed_count() == 0);
}

TEST_CASE("cluster: pods of a node that is not known wait for it") {
  live_cluster c;
  c.place(c.intern(make_pod("a").cpu("1").host_port(80)), "n1");
  CHECK(c.find_node("n1") == no_node);
  CHECK(c.node_name_of("default-a") == "n1");
  const node_id n = c.set_node(make_node("n1"));
  CHECK(c.requested(cpu)[n] == 1000);
  CHECK(c.nodes_with_host_ports().contains(n));

  c.remove_node("n1");
  CHECK_FALSE(c.nodes().contains(n));
  CHECK(c.requested(cpu)[n] == 0);
  CHECK(c.pod_count()[n] == 0);
  CHECK_FALSE(c.nodes_with_host_ports().contains(n));
  CHECK(c.node_name_of("default-a") == "n1");
  const node_id again = c.set_node(make_node("n1"));
  CHECK(c.requested(cpu)[again] == 1000);
  std::size_t placed = 0;
  c.for_each_placed([&](const pod_info&, std::string_view node) { placed += node == "n1"; });
  CHECK(placed == 1);
}

TEST_CASE("cluster: the only pod of an unknown node may be replaced there") {
  live_cluster c;
  c.place(c.intern(make_pod("a").cpu("1")), "gone");
  c.place(c.intern(make_pod("a").cpu("2")), c.node_name_of("default-a"));
  CHECK(c.node_name_of("default-a") == "gone");
  CHECK(c.held_by("default-a")->of(cpu) == 2000);
}

TEST_CASE("cluster: numbers of removed nodes are given out again, with clean rows") {
  live_cluster c;
  const node_id n1 = c.set_node(make_node("n1").taint("x").unschedulable().image({"nginx"}, 5));
  c.set_node(make_node("n2"));
  c.place(c.intern(make_pod("a").cpu("1").avoids_pod_with("app", "a", "zone")), "n1");
  c.remove_node("n1");
  CHECK(c.image("nginx") == nullptr);
  const node_id n3 = c.set_node(make_node("n3").empty());
  CHECK(n3 == n1);
  CHECK(c.universe() == 2);
  CHECK(c.allocatable(cpu)[n3] == 0);
  CHECK(c.allowed_pods()[n3] == 0);
  CHECK(c.taint_sets()[n3] == 0);
  CHECK_FALSE(c.unschedulable().contains(n3));
}

TEST_CASE("cluster: equal taints are one set, released with its last node") {
  live_cluster c;
  const node_id plain = c.set_node(make_node("n0"));
  const node_id a = c.set_node(make_node("n1").taint("x", "1"));
  const node_id b = c.set_node(make_node("n2").taint("x", "1"));
  const node_id other = c.set_node(make_node("n3").taint("x", "2"));
  CHECK(c.taint_sets()[plain] == 0);
  CHECK(c.taint_sets()[a] == c.taint_sets()[b]);
  CHECK(c.taint_sets()[a] != c.taint_sets()[other]);
  CHECK(c.taints(c.taint_sets()[other]).front().value == "2");
  const std::size_t sets = c.taint_set_count();
  c.set_node(make_node("n3"));
  CHECK(c.taint_sets()[other] == 0);
  c.set_node(make_node("n3").taint("x", "3"));
  CHECK(c.taint_set_count() == sets);
  CHECK(c.taints(c.taint_sets()[other]).front().value == "3");
}

TEST_CASE("cluster: images are counted by node, and keep the size that was seen first") {
  live_cluster c;
  const node_id n1 = c.set_node(make_node("n1").image({"nginx:1", "nginx@sha256:0"}, 100).image({"nginx:1"}, 100));
  const node_id n2 = c.set_node(make_node("n2").image({"nginx:1"}, 200));
  REQUIRE(c.image("nginx:1") != nullptr);
  CHECK(c.image("nginx:1")->nodes == 2);
  CHECK(c.image("nginx:1")->size_bytes == 100);
  CHECK(c.image("nginx:1")->on.contains(n2));
  c.set_node(make_node("n1"));
  CHECK(c.image("nginx:1")->nodes == 1);
  CHECK_FALSE(c.image("nginx:1")->on.contains(n1));
  CHECK(c.image("nginx@sha256:0") == nullptr);
  c.remove_node("n2");
  CHECK(c.image("nginx:1") == nullptr);
}

TEST_CASE("cluster: host ports of containers and sidecars are known by node") {
  live_cluster c;
  const node_id n = c.set_node(make_node("n1"));
  c.place(c.intern(make_pod("a")
                       .host_port(80)
                       .with_init(make_container("s").host_port(81).sidecar())
                       .with_init(make_container("i").host_port(82))),
          "n1");
  c.place(c.intern(make_pod("b").host_port(80, "UDP")), "n1");
  CHECK(c.host_ports_on(n).size() == 3);
  c.remove("default-a");
  REQUIRE(c.host_ports_on(n).size() == 1);
  CHECK(c.host_ports_on(n).conflict_with(k8s::host_port{"", "UDP", 80}));
  c.remove("default-b");
  CHECK(c.nodes_with_host_ports().empty());
}

TEST_CASE("cluster: specs of equal content are one object, and die with their last pod") {
  live_cluster c;
  const pod_info a = c.intern(make_pod("a").cpu("1").label("app", "x"));
  std::weak_ptr<const k8s::pod_spec> spec;
  {
    const pod_info b = c.intern(make_pod("b").cpu("1").label("app", "x"));
    const pod_info other = c.intern(make_pod("c").cpu("2").label("app", "x"));
    CHECK(a.pod->spec == b.pod->spec);
    CHECK(a.requests == b.requests);
    CHECK(b.pod->key.name == "b");
    CHECK(other.pod->spec != a.pod->spec);
    CHECK(other.requests->of(cpu) == 2000);
    spec = other.pod->spec;
  }
  CHECK(spec.expired());
}

TEST_CASE("cluster: a pod without a uid gets its namespace and name for one") {
  live_cluster c;
  c.set_node(make_node("n1"));
  c.place(c.intern(make_pod("a").uid("")), "n1");
  c.place(c.intern(make_pod("b").uid("")), "n1");
  CHECK(c.placed_count() == 2);
  CHECK(c.node_name_of("default/a") == "n1");
}

TEST_CASE("cluster: a pod resized in place holds more than it asks for, and takes all of it along") {
  live_cluster c;
  const node_id n = c.set_node(make_node("n1"));
  const pod_info pod = c.intern(make_pod("a").cpu("1").resized("main", {{"cpu", "3"}}, {{"cpu", "2"}}));
  c.place(pod, "n1");
  CHECK(pod.requests->of(cpu) == 1000);
  CHECK(c.held_by("default-a")->of(cpu) == 3000);
  CHECK(c.requested(cpu)[n] == 3000);
  c.remove_node("n1");
  const node_id again = c.set_node(make_node("n1"));
  CHECK(c.requested(cpu)[again] == 3000);
  c.remove("default-a");
  CHECK(c.requested(cpu)[again] == 0);
  CHECK(c.held_by("default-a") == nullptr);
}

TEST_CASE("cluster: the log names the nodes that changed, pods included") {
  live_cluster c;
  const node_id n1 = c.set_node(make_node("n1"));
  const node_id n2 = c.set_node(make_node("n2"));
  CHECK(changed_since(c, 0) == std::vector<node_id>{n1, n2});
  std::uint64_t at = c.changes().position();
  c.place(c.intern(make_pod("a")), "n2");
  CHECK(changed_since(c, at) == std::vector<node_id>{n2});
  at = c.changes().position();
  c.place(c.intern(make_pod("a")), "n1");
  CHECK(changed_since(c, at) == std::vector<node_id>{n2, n1});
  at = c.changes().position();
  c.place(c.intern(make_pod("b")), "nowhere");
  c.set_node(make_node("n1").version("2"));  // a heartbeat
  CHECK(changed_since(c, at).empty());
  c.set_node(make_node("n1").cpu("1"));
  CHECK(changed_since(c, at) == std::vector<node_id>{n1});
}

TEST_CASE("cluster: who is too far behind the log is told so") {
  live_cluster c;
  c.set_node(make_node("n1"));
  const std::uint64_t at = c.changes().position();
  const pod_info pod = c.intern(make_pod("a"));
  for (std::size_t i = 0; i < change_log::capacity; ++i) c.place(pod, "n1"), c.remove("default-a");
  std::size_t seen = 0;
  CHECK_FALSE(c.changes().for_each_since(at, [&](node_id) { ++seen; }));
  CHECK(seen == 0);
  CHECK(c.changes().for_each_since(c.changes().position() - change_log::capacity, [&](node_id) { ++seen; }));
  CHECK(seen == change_log::capacity);
}

TEST_CASE("cluster: the generation moves with what nodes are, not with what runs on them") {
  live_cluster c;
  std::uint64_t last = c.node_generation();
  const auto moved = [&] { return c.node_generation() != std::exchange(last, c.node_generation()); };
  c.set_node(make_node("n1"));
  CHECK(moved());
  c.set_node(make_node("n1").version("2"));
  c.set_node(make_node("n1").cpu("9"));
  c.place(c.intern(make_pod("a")), "n1");
  CHECK_FALSE(moved());
  c.set_node(make_node("n1").cpu("9").label("zone", "a"));
  CHECK(moved());
  c.set_node(make_node("n1").cpu("9").image({"nginx"}, 1));
  CHECK(moved());
  c.set_node(make_node("n1").cpu("9").image({"nginx"}, 1));
  CHECK_FALSE(moved());
  c.set_node(make_node("n1").unschedulable());
  CHECK(moved());
  c.set_node(make_node("n1").unschedulable().declares(k8s::feature_bind_mount_options));
  CHECK(moved());
  c.remove_node("n1");
  CHECK(moved());
  c.remove_node("n1");
  CHECK_FALSE(moved());
}

TEST_CASE("cluster: namespaces have labels") {
  live_cluster c;
  CHECK(c.namespace_labels("a") == nullptr);
  c.set_namespace(make_namespace("a", {{"team", "x"}}));
  c.set_namespace(make_namespace("a", {{"team", "y"}}));
  CHECK(*c.namespace_labels("a")->find("team") == "y");
  c.remove_namespace("a");
  CHECK(c.namespace_labels("a") == nullptr);
}
