#include "scoring/index/live_cluster.hpp"
#include "test/scoring/plugins/one_plugin.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::test;

namespace {

constexpr auto cpu_true = "{labels: {cpu: 'true'}}";

std::string refused(std::string_view args) {
  try {
    one_plugin made("NodeLabelFilter", args);
  } catch (const configuration_error& e) {
    return e.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("NodeLabelFilter: two nodes without the label give the original's words, one reason for each") {
  one_plugin filter("NodeLabelFilter", cpu_true);
  filter.node(make_node("gpu03-poweredge-t420")).node(make_node("gpu02-poweredge-t420"));
  CHECK(filter.message(make_pod("p")) ==
        "0/2 nodes are available: 1 Node: gpu02-poweredge-t420, 1 Node: gpu03-poweredge-t420.");
  CHECK(filter.verdict(make_pod("p")) == "UnschedulableAndUnresolvable: Node: gpu02-poweredge-t420");
  filter.node(make_node("gpu02-poweredge-t420").label("cpu", "true"));
  CHECK(filter.verdict(make_pod("p"), "gpu02-poweredge-t420") == "fits");
  CHECK(filter.verdict(make_pod("p"), "gpu03-poweredge-t420") != "fits");
}

TEST_CASE("NodeLabelFilter: a node needs every label, each with its value") {
  one_plugin filter("NodeLabelFilter", "{labels: {cpu: 'true', example.com/disk: ssd, empty: ''}}");
  const auto node = [] {
    return make_node("n").label("cpu", "true").label("example.com/disk", "ssd").label("empty", "");
  };
  const auto verdict = [&](make_node n) { return filter.node(n).verdict(make_pod("p")); };
  CHECK(verdict(node()) == "fits");
  CHECK(verdict(node().label("more", "x")) == "fits");
  CHECK(verdict(node().label("cpu", "false")) != "fits");
  CHECK(verdict(node().label("cpu", "True")) != "fits");
  CHECK(verdict(node().label("empty", "not")) != "fits");
  CHECK(verdict(make_node("n").label("cpu", "true").label("empty", "")) != "fits");
}

TEST_CASE("NodeLabelFilter: the message may be one for all nodes, or name the node more than once") {
  one_plugin plain("NodeLabelFilter", "{labels: {cpu: 'true'}, message: no cpu label}");
  plain.node(make_node("a")).node(make_node("b")).node(make_node("c"));
  CHECK(plain.message(make_pod("p")) == "0/3 nodes are available: 3 no cpu label.");
  one_plugin twice("NodeLabelFilter", "{labels: {cpu: 'true'}, message: '{node}: label {node} {limit}'}");
  twice.node(make_node("a"));
  CHECK(twice.message(make_pod("p")) == "0/1 nodes are available: 1 a: label a {limit}.");
}

TEST_CASE("NodeLabelFilter: a node that gets the label, or comes with it, cures; anything else does not") {
  one_plugin filter("NodeLabelFilter", cpu_true);
  const k8s::node bare = make_node("n"), labelled = make_node("n").label("cpu", "true"),
                  other = make_node("n").label("cpu", "false"),
                  more = make_node("n").label("cpu", "true").label("x", "y"), tainted = make_node("n").taint("x");
  const make_pod pod("p");
  CHECK(filter.cures(pod, node_event(action_update_labels, &bare, &labelled)));
  CHECK(filter.cures(pod, node_event(action_update_labels, &other, &labelled)));
  CHECK(filter.cures(pod, node_event(action_add, nullptr, &labelled)));
  CHECK_FALSE(filter.cures(pod, node_event(action_update_labels, &bare, &other)));
  CHECK_FALSE(filter.cures(pod, node_event(action_update_labels, &labelled, &bare)));
  CHECK_FALSE(filter.cures(pod, node_event(action_update_labels, &labelled, &more)));
  CHECK_FALSE(filter.cures(pod, node_event(action_add, nullptr, &bare)));
  CHECK_FALSE(filter.cures(pod, node_event(action_update_taints, &tainted, &bare)));
  CHECK_FALSE(filter.cures(pod, node_event(action_update_allocatable, &bare, &bare)));
  CHECK_FALSE(filter.cures(
      pod, pod_event(event_resource::assigned_pod, action_delete, pod.operator k8s::pod_ptr().get(), nullptr)));
}

TEST_CASE("NodeLabelFilter: under preScore it logs at level 3 how many nodes are feasible, and changes nothing") {
  profile_config c;
  c.scheduler_name = "sample-scheduler";
  c.points[static_cast<std::size_t>(extension_point::filter)].enabled.push_back({"NodeLabelFilter", 0, ""});
  c.points[static_cast<std::size_t>(extension_point::pre_score)].enabled.push_back({"NodeLabelFilter", 0, ""});
  c.points[static_cast<std::size_t>(extension_point::pre_score)].disabled.push_back({"*", 0, ""});
  c.arguments.push_back({"NodeLabelFilter", k8s::read_value(cpu_true, "args").value(), "args"});
  profile sample(c, default_registry());
  live_cluster nodes;
  nodes.set_node(make_node("a").label("cpu", "true"));
  nodes.set_node(make_node("b").label("cpu", "true"));
  nodes.set_node(make_node("c"));
  std::mt19937_64 random;
  cycle_state cycle;
  const decision made = sample.schedule(nodes.intern(make_pod("p")), nodes, cycle, random);
  REQUIRE(std::holds_alternative<placement>(made));
  CHECK(std::get<placement>(made).feasible_nodes == 2);
  const std::vector<effect> left = cycle.out().take();
  REQUIRE(left.size() == 1);
  const log_line line = std::get<log_line>(left.front());
  CHECK(line.verbosity == 3);
  CHECK(line.message == "NodeLabelFilter saw the feasible nodes");
  CHECK(line.fields == std::vector<log_field>{{"pod", k8s::object_key{"default", "p"}}, {"feasibleNodes", 2}});
}

TEST_CASE("NodeLabelFilter: what it said of thousands of nodes, each in words of its own, is kept between cycles") {
  one_plugin filter("NodeLabelFilter", cpu_true);
  constexpr int many = 3000;
  for (int i = 0; i < many; ++i) filter.node(make_node("n" + std::to_string(i)));
  const auto judged_by_profile = [&] {
    cycle_state cycle;
    std::mt19937_64 random;
    const decision made =
        filter.at_work().schedule(filter.nodes().intern(make_pod("p")), filter.nodes(), cycle, random);
    return std::holds_alternative<diagnosis>(made) ? std::get<diagnosis>(made).message() : "placed";
  };
  const std::string first = judged_by_profile();
  CHECK(first.starts_with("0/3000 nodes are available: 1 Node: n0, 1 Node: n1, 1 Node: n10, "));
  CHECK(judged_by_profile() == first);
  filter.nodes().remove_node("n0");
  filter.node(make_node("late"));
  CHECK(judged_by_profile().starts_with("0/3000 nodes are available: 1 Node: late, 1 Node: n1, "));
  filter.node(make_node("n7").label("cpu", "true"));
  CHECK(judged_by_profile() == "placed");
}

TEST_CASE("NodeLabelFilter: what is wrong in its arguments is named") {
  CHECK(refused("") == "profiles[0].pluginConfig[NodeLabelFilter].args.labels: must name at least one label");
  CHECK(refused("{labels: {}}") == "args.labels: must name at least one label");
  CHECK(refused("{labels: {cpu: true}}") == "args.labels.cpu: expected a string, found a boolean");
  CHECK(refused("{labels: {'a b': x}}") == "args.labels: \"a b\" is not a label key");
  CHECK(refused("{labels: {cpu: 'a b'}}")
            .starts_with("args.labels.cpu: \"a b\" is not a label value: a valid label must be an empty string or "));
  CHECK(refused("{labels: [cpu]}") == "args.labels: expected a map of strings, found a list");
  CHECK(refused("{labels: {cpu: 'true'}, message: ''}") == "args.message: must not be empty");
  CHECK(refused("{labels: {cpu: 'true'}, mesage: x}") == "args.mesage: unknown field");
  CHECK(refused("{labels: {cpu: 'true'}, message: x}") == "accepted");
}
