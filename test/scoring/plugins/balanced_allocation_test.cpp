#include "test/scoring/plugins/one_plugin.hpp"

#include <doctest/doctest.h>

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
