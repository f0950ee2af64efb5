#include "scoring/index/live_cluster.hpp"
#include "scoring/reservations/reservations.hpp"
#include "scoring/reservations/reserved_room.hpp"
#include "test/scoring/plugins/one_plugin.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>
#include <set>

using namespace berth;
using namespace berth::test;

namespace {

constexpr auto plugin_name = "NodeReservation";
constexpr auto id = "a8f6f901-47c9-4475-b1f4-cac44597e173";

// For the pods of `make_pod::owner(kind, workload)`.
std::string record_for(const std::string& workload, const std::string& ns = "default",
                       const std::string& resources = "") {
  return R"({"owner":"ReplicaSet/)" + ns + "/" + workload + R"(","ownerUid":"uid-)" + workload + R"(","pod":")" + ns +
         R"(/x","since":"2026-01-02T15:04:05Z","expires":"2026-01-02T15:14:05Z")" +
         (resources.empty() ? "" : ",\"resources\":" + resources) + "}";
}

make_node node_6000m() { return make_node("n").cpu("6000m").memory("1Gi").pods("10"); }

make_pod asks(const char* cpu) { return make_pod("p").cpu(cpu); }
make_pod one_of(const std::string& workload, const char* cpu) { return asks(cpu).owner("ReplicaSet", workload); }

std::string verdict(const make_pod& pod, const make_node& node, std::vector<make_pod> placed = {}) {
  one_plugin p(plugin_name);
  p.node(node);
  for (make_pod& there : placed) p.placed(there.on("n"));
  return p.verdict(pod, "n");
}

}  // namespace

TEST_CASE("NodeReservation: what is reserved counts as used, to the last thousandth") {
  const make_node n = node_6000m().annotation(amount_key("cpu", id), "5000m");
  CHECK(verdict(asks("1000m"), n) == "fits");
  CHECK(verdict(asks("1001m"), n) == "Unschedulable: Insufficient cpu");
  CHECK(verdict(asks("1000m"), n, {make_pod("there").cpu("1m")}) == "Unschedulable: Insufficient cpu");
  CHECK(verdict(asks("999m"), n, {make_pod("there").cpu("1m")}) == "fits");
}

TEST_CASE("NodeReservation: fractions, units of memory, several resources, each that lacks is named") {
  const make_node n = node_6000m()
                          .annotation(amount_key("cpu", "a"), "1.5")
                          .annotation(amount_key("cpu", "b"), "0.5")
                          .annotation(amount_key("memory", "a"), "512Mi")
                          .annotation(amount_key("memory", "b"), "256Mi");
  CHECK(verdict(asks("4").memory("256Mi"), n) == "fits");
  CHECK(verdict(asks("4001m").memory("256Mi"), n) == "Unschedulable: Insufficient cpu");
  CHECK(verdict(asks("4").memory("268435457"), n) == "Unschedulable: Insufficient memory");
  CHECK(verdict(asks("5").memory("1Gi"), n) == "Unschedulable: Insufficient cpu, Insufficient memory");
}

TEST_CASE("NodeReservation: places for pods are reserved too") {
  const make_node n = node_6000m().pods("3").annotation(amount_key("pods", id), "2").annotation("reserve.cpu/x", "6");
  CHECK(verdict(make_pod("p"), n) == "fits");
  CHECK(verdict(make_pod("p"), n, {make_pod("there")}) == "Unschedulable: Too many pods");
  CHECK(verdict(asks("1"), n, {make_pod("there")}) == "Unschedulable: Too many pods, Insufficient cpu");
}

TEST_CASE("NodeReservation: what the pod does not ask for does not refuse it") {
  const make_node n = node_6000m()
                          .annotation(amount_key("cpu", id), "6000m")
                          .annotation(amount_key("memory", id), "1Gi")
                          .annotation("reserve.gpu/x", "7");
  CHECK(verdict(make_pod("p"), n) == "fits");
  CHECK(verdict(make_pod("p").cpu("0"), n) == "fits");
  CHECK(verdict(make_pod("p").memory("1"), n) == "Unschedulable: Insufficient memory");
}

TEST_CASE("NodeReservation: what nobody reserves there is NodeResourcesFit's business") {
  const make_node n = node_6000m().annotation(amount_key("cpu", id), "1m");
  CHECK(verdict(make_pod("p").memory("5Gi"), n) == "fits");
  CHECK(verdict(make_pod("p").request("example.com/gpu", "1"), n) == "fits");
  CHECK(verdict(asks("100"), node_6000m()) == "fits");
}

TEST_CASE("NodeReservation: extended resources and huge pages are reserved through the record") {
  const make_node n =
      make_node("n")
          .allocatable("nvidia.com/gpu", "4")
          .allocatable("hugepages-2Mi", "8Mi")
          .annotation(record_key(id), record_for("web", "default", R"({"nvidia.com/gpu":"3","hugepages-2Mi":"6Mi"})"));
  CHECK(verdict(make_pod("p").request("nvidia.com/gpu", "1"), n) == "fits");
  CHECK(verdict(make_pod("p").request("nvidia.com/gpu", "2"), n) == "Unschedulable: Insufficient nvidia.com/gpu");
  CHECK(verdict(make_pod("p").request("hugepages-2Mi", "4Mi"), n) == "Unschedulable: Insufficient hugepages-2Mi");
  CHECK(verdict(one_of("web", "1").request("nvidia.com/gpu", "4"), n) == "fits");
}

TEST_CASE("NodeReservation: a pod of the workload uses the reservation, another does not") {
  const make_node n = node_6000m().annotation(amount_key("cpu", id), "5").annotation(record_key(id), record_for("web"));
  CHECK(verdict(one_of("web", "6"), n) == "fits");
  CHECK(verdict(one_of("api", "6"), n) == "Unschedulable: Insufficient cpu");
  CHECK(verdict(asks("6"), n) == "Unschedulable: Insufficient cpu");
  CHECK(verdict(one_of("web", "6"), node_6000m().annotation(amount_key("cpu", id), "5")) ==
        "Unschedulable: Insufficient cpu");
}

TEST_CASE("NodeReservation: a workload of that uid in another namespace is not the one") {
  const make_node n =
      node_6000m().annotation(amount_key("cpu", id), "5").annotation(record_key(id), record_for("web", "shop"));
  CHECK(verdict(one_of("web", "6"), n) == "Unschedulable: Insufficient cpu");
  CHECK(verdict(make_pod("p", "shop").cpu("6").owner("ReplicaSet", "web"), n) == "fits");
}

TEST_CASE("NodeReservation: of several of its workload a pod uses one, the others count against it") {
  const make_node n = node_6000m()
                          .annotation(amount_key("cpu", "a"), "1")
                          .annotation(record_key("a"), record_for("web"))
                          .annotation(amount_key("cpu", "b"), "2")
                          .annotation(record_key("b"), record_for("web"))
                          .annotation(amount_key("cpu", "other"), "2");
  CHECK(verdict(one_of("web", "1"), n) == "fits");  // beside all of them
  CHECK(verdict(one_of("web", "2"), n) == "fits");  // in a
  CHECK(verdict(one_of("web", "3"), n) == "fits");  // in b
  CHECK(verdict(one_of("web", "3001m"), n) == "Unschedulable: Insufficient cpu");
  CHECK(verdict(one_of("web", "1"), n, {make_pod("there").cpu("2")}) == "fits");
  CHECK(verdict(one_of("web", "1001m"), n, {make_pod("there").cpu("2")}) == "Unschedulable: Insufficient cpu");
}

TEST_CASE("NodeReservation: which reservation a pod would use can be asked for") {
  live_cluster c;
  c.set_node(node_6000m()
                 .annotation(amount_key("cpu", "a"), "1")
                 .annotation(record_key("a"), record_for("web"))
                 .annotation(amount_key("cpu", "b"), "5")
                 .annotation(record_key("b"), record_for("web")));
  const auto used_by = [&](const make_pod& pod) {
    const pod_info info = c.intern(pod);
    const reserved_room::answer said = reserved_room(info, c).on(0);
    return said.uses == nullptr ? "none" : said.uses->id;
  };
  CHECK(used_by(make_pod("p")) == "none");
  CHECK(used_by(one_of("web", "1")) == "a");
  CHECK(used_by(one_of("web", "2")) == "b");
  CHECK(used_by(one_of("web", "6")) == "none");
}

TEST_CASE("NodeReservation: of its own reservations the one that comes nearest explains") {
  const make_node n = node_6000m()
                          .annotation(amount_key("cpu", "a"), "1")
                          .annotation(record_key("a"), record_for("web"))
                          .annotation(amount_key("cpu", "b"), "3")
                          .annotation(amount_key("memory", "b"), "1Gi")
                          .annotation(record_key("b"), record_for("web"))
                          .annotation(amount_key("cpu", "c"), "2");
  CHECK(verdict(one_of("web", "4").memory("1Gi"), n) == "Unschedulable: Insufficient cpu");
  CHECK(verdict(asks("4").memory("1Gi"), n) == "Unschedulable: Insufficient cpu, Insufficient memory");
}

TEST_CASE("NodeReservation: while the pod it is named after is on the node, a reservation counts for nothing") {
  one_plugin p(plugin_name);
  p.node(node_6000m().annotation(amount_key("cpu", "default-old"), "2"));
  p.node(make_node("m").cpu("6"));
  p.placed(make_pod("old").cpu("2").on("n"));
  CHECK(p.verdict(asks("4"), "n") == "fits");
  CHECK(p.verdict(asks("4001m"), "n") == "fits");  // NodeResourcesFit says no
  p.gone("default-old");
  CHECK(p.verdict(asks("4"), "n") == "fits");
  CHECK(p.verdict(asks("4001m"), "n") == "Unschedulable: Insufficient cpu");
  p.placed(make_pod("old").cpu("2").on("m"));
  CHECK(p.verdict(asks("4001m"), "n") == "Unschedulable: Insufficient cpu");
}

TEST_CASE("NodeReservation: a reservation may be larger than its node, or than any number") {
  CHECK(verdict(asks("1m"), node_6000m().annotation("reserve.cpu/x", "7")) == "Unschedulable: Insufficient cpu");
  const make_node n = node_6000m()
                          .annotation("reserve.cpu/x", "9999999999999999999999")
                          .annotation("reserve.cpu/y", "1e30")
                          .annotation("reserve.memory/y", "8Ei")
                          .annotation("reserve.pods/y", "8Ei");
  CHECK(verdict(asks("1m").memory("1"), n) == "Unschedulable: Too many pods, Insufficient cpu, Insufficient memory");
}

TEST_CASE("NodeReservation: a node that has nothing has nothing to give") {
  CHECK(verdict(asks("1"), make_node("n").empty().annotation("reserve.cpu/x", "1")) ==
        "Unschedulable: Insufficient cpu");
  CHECK(verdict(make_pod("p"), make_node("n").empty().annotation("reserve.cpu/x", "1")) == "fits");
}

TEST_CASE("NodeReservation: malformed reservations reserve nothing") {
  const make_node n = node_6000m()
                          .annotation("reserve.cpu/x", "lots")
                          .annotation("reserve.cpu/y", "-5")
                          .annotation("reserve.cpu", "5")
                          .annotation("reserve.cpu/", "5")
                          .annotation("reserve.example.com/z", "5");
  CHECK(verdict(asks("6"), n) == "fits");
}

TEST_CASE("NodeReservation: nodes that hold a reservation for the workload score 100, others 0") {
  one_plugin p(plugin_name);
  p.node(make_node("a"))
      .node(make_node("b").annotation(record_key(id), record_for("web")))
      .node(make_node("c").annotation(record_key(id), record_for("api")))
      .node(make_node("d").annotation("reserve.cpu/x", "1"));
  CHECK(p.scores(one_of("web", "1")) == std::vector<std::int64_t>{0, 100, 0, 0});
  CHECK(p.scores(one_of("api", "1")) == std::vector<std::int64_t>{0, 0, 100, 0});
  CHECK(p.scores(one_of("none", "1")).empty());
  CHECK(p.scores(asks("1")).empty());
}

TEST_CASE("NodeReservation: it takes no arguments") {
  CHECK_THROWS_WITH_AS(one_plugin(plugin_name, R"({"resources": ["cpu"]})"), "args.resources: unknown field",
                       configuration_error);
}

TEST_CASE("NodeReservation: beside NodeResourcesFit, who cannot fit anyway hears of that first") {
  profile_config config;
  config.scheduler_name = "berth";
  config.multi_point.enabled.push_back({plugin_name, 0, ""});
  config.points[static_cast<std::size_t>(extension_point::post_filter)].disabled.push_back({"*", 0, ""});
  profile both(config, default_registry());
  live_cluster c;
  c.set_node(make_node("n1").cpu("6").annotation("reserve.cpu/x", "5"));
  c.set_node(make_node("n2").cpu("1").annotation("reserve.cpu/x", "1"));
  c.set_node(make_node("n3").cpu("6").memory("1Gi").annotation("reserve.memory/x", "1Gi"));
  const explanation e = both.explain(c.intern(asks("2").memory("1Gi")), c);
  CHECK(e.why.message() == "0/3 nodes are available: 1 Insufficient memory, 2 Insufficient cpu.");
  CHECK(e.nodes[0].refused->plugin == plugin_name);
  CHECK(e.nodes[1].refused->plugin == "NodeResourcesFit");
  CHECK(e.nodes[2].refused->plugin == plugin_name);
}

TEST_CASE("NodeReservation: a change of a node's annotations is seen by the next pod of a class") {
  profile_config config;
  config.scheduler_name = "berth";
  config.multi_point.enabled.push_back({plugin_name, 0, ""});
  config.points[static_cast<std::size_t>(extension_point::post_filter)].disabled.push_back({"*", 0, ""});
  profile p(config, default_registry());
  live_cluster c;
  std::mt19937_64 random(1);
  const auto node_for = [&](const make_pod& pod) -> std::string {
    cycle_state cycle;
    const decision made = p.schedule(c.intern(pod), c, cycle, random);
    const auto* placed = std::get_if<placement>(&made);
    return placed != nullptr ? placed->node : std::get<diagnosis>(made).message();
  };
  constexpr auto nowhere = "0/1 nodes are available: 1 Insufficient cpu.";
  c.set_node(node_6000m());
  CHECK(node_for(asks("2").uid("1")) == "n");
  c.set_node(node_6000m().annotation("reserve.cpu/x", "5"));
  CHECK(node_for(asks("2").uid("2")) == nowhere);
  c.set_node(node_6000m().annotation("reserve.cpu/x", "4"));
  CHECK(node_for(asks("2").uid("3")) == "n");
  c.set_node(node_6000m().annotation("reserve.cpu/x", "5").annotation(record_key("x"), record_for("web")));
  CHECK(node_for(asks("2").uid("4")) == nowhere);
  CHECK(node_for(one_of("web", "2").uid("5")) == "n");
  CHECK(node_for(one_of("api", "2").uid("6")) == nowhere);
  c.remove_node("n");
  c.set_node(node_6000m());
  CHECK(node_for(asks("2").uid("7")) == "n");
}

TEST_CASE("NodeReservation: a pod is drawn to the node that is reserved for its workload") {
  profile_config config;
  config.scheduler_name = "berth";
  config.multi_point.enabled.push_back({plugin_name, 10, ""});
  profile p(config, default_registry());
  live_cluster c;
  for (const char* name : {"a", "b", "c"}) c.set_node(make_node(name));
  c.set_node(make_node("b").annotation("reserve.cpu/x", "3").annotation(record_key("x"), record_for("web")));
  c.place(c.intern(make_pod("old").cpu("1").on("b")), "b");
  CHECK(p.explain(c.intern(one_of("web", "3")), c).best == std::vector<std::string>{"b"});
  CHECK(p.explain(c.intern(one_of("api", "3")), c).best == std::vector<std::string>{"a", "c"});
}

TEST_CASE("NodeReservation: what frees room wakes the refused, what does not does not") {
  one_plugin p(plugin_name);
  const auto cures = [&](std::uint32_t action, const make_node* before, const make_node& after,
                         const make_pod& pod = one_of("web", "2")) {
    const k8s::node was = before == nullptr ? k8s::node{} : before->build();
    const k8s::node is = after;
    return p.cures(pod, node_event(action, before == nullptr ? nullptr : &was, &is));
  };
  const make_node free = node_6000m();
  const make_node by_hand = node_6000m().annotation("reserve.cpu/x", "5");
  const make_node for_web = make_node(by_hand).annotation(record_key("x"), record_for("web"));
  const make_node more = make_node(by_hand).annotation("reserve.cpu/y", "1");
  const make_node memory_only = node_6000m().annotation("reserve.memory/x", "5");
  constexpr std::uint32_t annotated = action_update_annotations;
  CHECK(cures(annotated, &by_hand, free));
  CHECK(cures(annotated, &by_hand, for_web));
  CHECK(cures(annotated, &more, by_hand, asks("1")));
  CHECK(cures(annotated, &for_web, free));
  CHECK(cures(annotated, &for_web, free, one_of("api", "2")));
  CHECK_FALSE(cures(annotated, &by_hand, for_web, one_of("api", "2")));
  CHECK_FALSE(cures(annotated, &free, by_hand));
  CHECK_FALSE(cures(annotated, &by_hand, more));
  CHECK_FALSE(cures(annotated, &by_hand, make_node(by_hand).annotation("unrelated", "x")));
  CHECK_FALSE(cures(annotated, &memory_only, free));
  CHECK(cures(annotated, &memory_only, free, make_pod("p").memory("1")));
  CHECK_FALSE(cures(annotated, &more, by_hand, asks("1001m")));  // it still does not fit
  CHECK(cures(action_add, nullptr, free));
  CHECK(cures(action_add, nullptr, for_web));
  CHECK_FALSE(cures(action_add, nullptr, by_hand));
  CHECK_FALSE(cures(action_add, nullptr, node_6000m().pods("0")));
  CHECK(cures(action_update_allocatable, &by_hand, make_node(by_hand).cpu("7")));
  CHECK_FALSE(cures(action_update_allocatable, &by_hand, make_node(by_hand).memory("7Gi")));
  CHECK_FALSE(cures(action_update_labels, &by_hand, free));

  const k8s::pod there = asks("2").on("n");
  const k8s::pod smaller = asks("1").on("n");
  const k8s::pod_ptr waiting = asks("2");
  CHECK(p.cures(waiting, pod_event(event_resource::assigned_pod, action_delete, &there, nullptr)));
  CHECK(p.cures(waiting, pod_event(event_resource::assigned_pod, action_scale_down, &there, &smaller)));
  CHECK_FALSE(p.cures(waiting, pod_event(event_resource::assigned_pod, action_scale_up, &smaller, &there)));
  CHECK_FALSE(p.cures(waiting, pod_event(event_resource::assigned_pod, action_add, nullptr, &there)));
}
