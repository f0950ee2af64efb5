#include "k8s/text/value_reader.hpp"
#include "scoring/index/live_cluster.hpp"
#include "scoring/plugin.hpp"
#include "scoring/registry.hpp"
#include "test/support/objects.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

/// Plugins that are asked for bytes, in loops over blocks of columns that are kept: what they say then is what they say
/// of each node alone, whatever has changed since they were asked last.
using namespace berth;
using namespace berth::scoring;
using namespace berth::test;

namespace {

struct history {
  std::mt19937 random{1};
  live_cluster nodes;

  unsigned below(unsigned most) { return static_cast<unsigned>(random() % most); }
  std::string amount(const char* unit) { return std::to_string(1 + below(9)) + unit; }

  void set_node(unsigned i) {
    make_node n("n" + std::to_string(i));
    n.empty().cpu(amount(""));
    // Some have no memory at all, or more than is counted in doubles.
    n.memory(below(20) == 0 ? "0" : below(20) == 0 ? "40Ti" : amount("Gi"));
    if (below(3) != 0) n.allocatable("example.com/gpu", amount(""));
    nodes.set_node(n);
  }
  make_pod pod(const std::string& name) {
    make_pod p(name);
    if (below(10) != 0) p.cpu(amount("00m"));
    if (below(10) != 0) p.memory(below(30) == 0 ? "30Ti" : amount("00Mi"));
    if (below(3) == 0) p.request("example.com/gpu", amount(""));
    return p;
  }
  void change() {
    const unsigned n = below(150);
    const std::string name = "placed" + std::to_string(below(400));
    switch (below(8)) {
      case 0:
        return nodes.remove_node("n" + std::to_string(n));
      case 1:
        return set_node(n);
      case 2:
        return nodes.remove("default-" + name);
      default: {
        const std::string node = "n" + std::to_string(n);
        nodes.place(nodes.intern(pod(name).on(node)), node);
      }
    }
  }
};

struct asked {
  std::unique_ptr<plugin> self;
  score_plugin& scores;

  asked(const std::string& name, std::string_view args)
      : self(made(name, args)), scores(dynamic_cast<score_plugin&>(*self)) {}

  static std::unique_ptr<plugin> made(const std::string& name, std::string_view args) {
    const k8s::value given = k8s::read_value(args, "args").value();
    arguments read(given, "args");
    return (*default_registry().find(name))(read, plugin_context{});
  }
  std::vector<std::int64_t> of_each(const pod_info& pod, const cluster& nodes, std::span<const node_id> list) const {
    std::vector<std::int64_t> out(list.size(), 0);
    for (std::size_t i = 0; i < list.size(); ++i) {
      cycle_state cycle;
      score_column column(list.subspan(i, 1), std::span(out).subspan(i, 1));
      REQUIRE(scores.score(pod, nodes, cycle, column).is_ok());
    }
    return out;
  }
  std::vector<std::int64_t> in_bytes(const pod_info& pod, const cluster& nodes, std::span<const node_id> list) const {
    std::vector<std::uint8_t> bytes(list.size(), 0);
    cycle_state cycle;
    byte_column column(list, bytes);
    REQUIRE(scores.score_bytes(pod, nodes, cycle, column).is_ok());
    return {bytes.begin(), bytes.end()};
  }
};

}  // namespace

TEST_CASE("score_bytes: of many nodes at once, what score says of each alone, whatever has changed since") {
  constexpr auto gpus =
      "resources: [{name: cpu, weight: 1}, {name: memory, weight: 1}, {name: example.com/gpu, weight: 5}]";
  constexpr auto shape = "requestedToCapacityRatio: {shape: [{utilization: 0, score: 2}, {utilization: 70, score: 9}]}";
  const auto strategy = [](const std::string& of) { return "scoringStrategy: {" + of + "}"; };
  for (const auto& [name, args] : std::vector<std::pair<std::string, std::string>>{
           {"NodeResourcesFit", "{}"},
           {"NodeResourcesFit", strategy(std::string("type: LeastAllocated, ") + gpus)},
           {"NodeResourcesFit", strategy("type: MostAllocated, resources: [{name: memory, weight: 3}]")},
           {"NodeResourcesFit", strategy(std::string("type: RequestedToCapacityRatio, ") + shape)},
           {"NodeResourcesBalancedAllocation", "{}"},
           {"NodeResourcesBalancedAllocation", "resources: [{name: cpu}, {name: memory}, {name: example.com/gpu}]"}}) {
    CAPTURE(name);
    CAPTURE(args);
    const asked plugin(name, args);
    REQUIRE(plugin.scores.in_bytes());
    history h;
    for (unsigned i = 0; i < 150; ++i) h.set_node(i);
    for (int step = 0; step < 60; ++step) {
      CAPTURE(step);
      const pod_info pod = h.nodes.intern(h.pod("p"));
      std::vector<node_id> all, some;
      h.nodes.nodes().list(all);
      REQUIRE(all.size() > 60);
      std::copy_if(all.begin(), all.end(), std::back_inserter(some), [&](node_id) { return h.below(3) != 0; });
      for (const std::vector<node_id>& list : {all, some, std::vector<node_id>{all[7]}})
        REQUIRE(plugin.in_bytes(pod, h.nodes, list) == plugin.of_each(pod, h.nodes, list));
      for (unsigned changes = h.below(6); changes > 0; --changes) h.change();
    }
  }
}

TEST_CASE("score_bytes: a score beyond the range is left to score") {
  const asked fit("NodeResourcesFit", "{}");
  live_cluster nodes;
  nodes.set_node(make_node("n1").empty().cpu("1").memory("1Gi"));
  // A file may say so; the API server would not.
  const pod_info pod = nodes.intern(make_pod("p").cpu("-3").memory("1Gi"));
  cycle_state cycle;
  const std::vector<node_id> list{nodes.find_node("n1")};
  std::vector<std::uint8_t> bytes(1);
  byte_column column(list, bytes);
  CHECK(fit.scores.score_bytes(pod, nodes, cycle, column).what == code::skip);
  CHECK(fit.of_each(pod, nodes, list) == std::vector<std::int64_t>{200});
}
