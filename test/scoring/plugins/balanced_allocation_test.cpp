#include "test/scoring/plugins/one_plugin.hpp"

#include <doctest/doctest.h>

#include <random>
#include <span>
#include <string>
#include <vector>

/// Cases after upstream's plugins/noderesources, balanced_allocation_test.go (1.36 and later).
using namespace berth;
using namespace berth::test;

namespace {

using list = std::vector<std::int64_t>;

struct two_nodes {
  two_nodes(amounts first, amounts second, std::string_view args = "")
      : balance("NodeResourcesBalancedAllocation", args) {
    balance.node(node_of("n1", first)).node(node_of("n2", second));
  }
  two_nodes& with(const char* node, amounts requests) {
    balance.placed(pod_of("placed" + std::to_string(++count), {requests}).on(node));
    return *this;
  }
  one_plugin balance;
  int count = 0;
};

make_pod asking() {
  return pod_of("p", {{{"cpu", "1000m"}, {"memory", "2000"}}, {{"cpu", "2000m"}, {"memory", "3000"}}});
}

constexpr auto with_gpu = "resources: [{name: cpu}, {name: memory}, {name: nvidia.com/gpu, weight: 1}]";

}  // namespace

TEST_CASE("NodeResourcesBalancedAllocation: a pod that asks for nothing is not scored") {
  CHECK(two_nodes({{"cpu", "4"}, {"memory", "10000"}}, {{"cpu", "4"}, {"memory", "10000"}})
            .balance.scores(pod_of("p", {{}}))
            .empty());
}

TEST_CASE("NodeResourcesBalancedAllocation: the change in balance that the pod makes, 75 being none") {
  CHECK(two_nodes({{"cpu", "4"}, {"memory", "10000"}}, {{"cpu", "6"}, {"memory", "10000"}}).balance.scores(asking()) ==
        list{68, 75});
  two_nodes used({{"cpu", "10"}, {"memory", "20000"}}, {{"cpu", "10"}, {"memory", "20000"}});
  used.with("n1", {{"cpu", "3"}}).with("n2", {{"cpu", "3"}, {"memory", "5000"}});
  CHECK(used.balance.scores(asking()) == list{73, 74});
  two_nodes unlike({{"cpu", "10"}, {"memory", "20000"}}, {{"cpu", "10"}, {"memory", "50000"}});
  unlike.with("n1", {{"cpu", "3"}}).with("n2", {{"cpu", "3"}, {"memory", "5000"}});
  CHECK(unlike.balance.scores(asking()) == list{73, 70});
}

TEST_CASE("NodeResourcesBalancedAllocation: it ranges from 50 to 100") {
  two_nodes extreme({{"cpu", "3"}, {"memory", "5000"}}, {{"cpu", "3"}, {"memory", "5000"}});
  extreme.with("n1", {{"cpu", "3"}});
  CHECK(extreme.balance.scores(pod_of("p", {{{"memory", "2000"}}, {{"memory", "3000"}}})) == list{100, 50});
  two_nodes full({{"cpu", "6"}, {"memory", "10000"}}, {{"cpu", "6"}, {"memory", "10000"}});
  full.with("n1", {{"cpu", "3"}}).with("n2", {{"cpu", "3"}, {"memory", "5000"}});
  CHECK(full.balance.scores(pod_of("p", {{{"cpu", "3"}}})) == list{62, 62});
}

TEST_CASE("NodeResourcesBalancedAllocation: an extended resource counts for who asks for it") {
  two_nodes gpus({{"cpu", "3500m"}, {"memory", "40000"}, {"nvidia.com/gpu", "8"}},
                 {{"cpu", "3500m"}, {"memory", "40000"}, {"nvidia.com/gpu", "8"}}, with_gpu);
  gpus.with("n1", {{"cpu", "3"}, {"memory", "5000"}, {"nvidia.com/gpu", "3"}})
      .with("n2", {{"cpu", "3"}, {"memory", "5000"}});
  CHECK(gpus.balance.scores(pod_of("p", {{{"nvidia.com/gpu", "1"}}})) == list{75, 76});
  two_nodes one_gpu({{"cpu", "3500m"}, {"memory", "40000"}, {"nvidia.com/gpu", "8"}},
                    {{"cpu", "3500m"}, {"memory", "40000"}}, with_gpu);
  CHECK(one_gpu.balance.scores(asking()) == list{56, 56});
}

TEST_CASE(
    "NodeResourcesBalancedAllocation: pod-level requests count, and so does a resource that is not counted, for "
    "nothing") {
  CHECK(two_nodes({{"cpu", "4"}, {"memory", "10000"}}, {{"cpu", "6"}, {"memory", "10000"}})
            .balance.scores(pod_of("p", {{}}).pod_level({{"cpu", "3"}, {"memory", "5000"}})) == list{68, 75});
  two_nodes storage({{"cpu", "4"}, {"storage", "10000"}}, {{"cpu", "6"}}, "resources: [{name: storage}]");
  CHECK(storage.balance.scores(pod_of("p", {{{"storage", "1"}}})) == list{75, 75});
  CHECK(storage.balance.scores(pod_of("p", {{{"cpu", "1"}}})).empty());
}

TEST_CASE("NodeResourcesBalancedAllocation: names are unique and weights are 1") {
  CHECK_THROWS_WITH_AS(one_plugin("NodeResourcesBalancedAllocation", "resources: [{name: cpu, weight: 2}]"),
                       "args.resources[0].weight: must be 1", configuration_error);
  CHECK_THROWS_WITH_AS(one_plugin("NodeResourcesBalancedAllocation", "resources: [{name: cpu}, {name: cpu}]"),
                       "args.resources[1].name: duplicate \"cpu\"", configuration_error);
  CHECK_THROWS_WITH_AS(one_plugin("NodeResourcesBalancedAllocation", "resources: [{weight: 1}]"),
                       "args.resources[0].name: is required", configuration_error);
}

TEST_CASE("NodeResourcesBalancedAllocation: many nodes at once get what each gets alone, whatever has changed since") {
  one_plugin balance("NodeResourcesBalancedAllocation");
  std::mt19937 random(1);
  const auto below = [&](unsigned most) { return random() % most; };
  const auto amount = [&](const char* unit) { return std::to_string(1 + below(9)) + unit; };
  const auto change = [&] {
    const std::string node = "n" + std::to_string(below(60));
    const std::string name = "placed" + std::to_string(below(200));
    switch (below(8)) {
      case 0:
        return balance.nodes().remove_node(node);
      case 1:  // some have no memory at all
        balance.node(make_node(node).empty().cpu(amount("")).memory(below(6) == 0 ? "0" : amount("Gi")));
        return;
      case 2:
        balance.gone("default-" + name);
        return;
      default:
        balance.placed(make_pod(name).cpu(amount("00m")).memory(amount("00Mi")).on(node));
    }
  };
  const auto scores_of = [&](const pod_info& pod, std::span<const node_id> nodes) {
    cycle_state cycle;
    return balance.at_work().rate(pod, balance.nodes(), nodes, cycle).totals;
  };
  for (int i = 0; i < 60; ++i)
    balance.node(make_node("n" + std::to_string(i)).empty().cpu(amount("")).memory(amount("Gi")));
  for (int step = 0; step < 100; ++step) {
    CAPTURE(step);
    const pod_info pod = balance.nodes().intern(make_pod("p").cpu(amount("00m")).memory(amount("00Mi")));
    std::vector<node_id> all;
    balance.nodes().nodes().list(all);
    REQUIRE(all.size() > 30);
    list alone;
    for (const node_id n : all) alone.push_back(scores_of(pod, {&n, 1}).front());
    CHECK(scores_of(pod, all) == alone);
    for (auto changes = below(6); changes > 0; --changes) change();
  }
}
