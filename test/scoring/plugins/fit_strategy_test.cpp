#include "test/scoring/plugins/one_plugin.hpp"

#include <doctest/doctest.h>

/// Cases after upstream's plugins/noderesources: least_allocated_test.go, most_allocated_test.go,
/// requested_to_capacity_ratio_test.go, fit_test.go (TestFitScore).
using namespace berth;
using namespace berth::test;

namespace {

using list = std::vector<std::int64_t>;

struct two_nodes {
  explicit two_nodes(std::string_view strategy)
      : fit("NodeResourcesFit", "{\"scoringStrategy\": " + std::string(strategy) + "}", only_scored) {}
  two_nodes& sized(amounts first, amounts second) {
    fit.node(node_of("n1", first)).node(node_of("n2", second));
    return *this;
  }
  two_nodes& with(const char* node, amounts requests) {
    fit.placed(pod_of("placed" + std::to_string(++count), {requests}).on(node));
    return *this;
  }
  one_plugin fit;
  int count = 0;
};

constexpr auto least = "{type: LeastAllocated}";
constexpr auto most = "{type: MostAllocated}";
const amounts middle{{"cpu", "4000"}, {"memory", "10000"}};
const amounts larger{{"cpu", "6000"}, {"memory", "10000"}};
const amounts big{{"cpu", "10000"}, {"memory", "20000"}};

make_pod asking() {
  return pod_of("p", {{{"cpu", "1000"}, {"memory", "2000"}}, {{"cpu", "2000"}, {"memory", "3000"}}});
}
make_pod nothing() { return pod_of("p", {}); }

}  // namespace

TEST_CASE("LeastAllocated: the share that stays free, averaged") {
  CHECK(two_nodes(least).sized(middle, middle).fit.scores(nothing()) == list{100, 100});
  CHECK(two_nodes(least).sized(middle, larger).fit.scores(asking()) == list{37, 50});
  two_nodes used(least);
  used.sized(big, big).with("n1", {{"cpu", "3000"}, {"memory", "0"}}).with("n2", {{"cpu", "3000"}, {"memory", "5000"}});
  CHECK(used.fit.scores(asking()) == list{57, 45});
  used.with("n1", {{"cpu", "3000"}, {"memory", "0"}}).with("n2", {{"cpu", "3000"}, {"memory", "0"}});
  CHECK(used.fit.scores(nothing()) == list{70, 57});
}

TEST_CASE("LeastAllocated: more than there is scores 0, and so does a node without any") {
  two_nodes over(least);
  over.sized(middle, middle)
      .with("n1", {{"cpu", "3000"}, {"memory", "0"}})
      .with("n2", {{"cpu", "3000"}, {"memory", "5000"}});
  CHECK(over.fit.scores(pod_of("p", {{{"cpu", "3000"}, {"memory", "0"}}})) == list{50, 25});
  CHECK(two_nodes(least).sized({}, {}).with("n1", {{"cpu", "3000"}}).fit.scores(nothing()) == list{0, 0});
}

TEST_CASE("LeastAllocated: resources have weights, and extended ones count for who asks") {
  constexpr auto weighted = "{type: LeastAllocated, resources: [{name: memory, weight: 2}, {name: cpu, weight: 1}]}";
  CHECK(two_nodes(weighted).sized(middle, larger).fit.scores(asking()) == list{41, 50});
  constexpr auto extended =
      "{type: LeastAllocated, resources: [{name: example.com/abc, weight: 1}, {name: cpu}, {name: memory, weight: 0}]}";
  const amounts plain{{"cpu", "6000"}, {"memory", "10000"}};
  const amounts four{{"cpu", "6000"}, {"memory", "10000"}, {"example.com/abc", "4"}};
  const amounts ten{{"cpu", "6000"}, {"memory", "10000"}, {"example.com/abc", "10"}};
  CHECK(two_nodes(extended).sized(plain, four).fit.scores(asking()) == list{50, 50});
  const make_pod asks = pod_of("p", {{{"cpu", "3000"}, {"memory", "5000"}, {"example.com/abc", "2"}}});
  CHECK(two_nodes(extended).sized(four, ten).fit.scores(asks) == list{50, 60});
  CHECK(two_nodes(extended).sized(plain, four).fit.scores(pod_of("p", {{{"cpu", "3000"}, {"memory", "4000"}}})) ==
        list{55, 55});
}

TEST_CASE("MostAllocated: the share in use, averaged") {
  CHECK(two_nodes(most).sized(middle, middle).fit.scores(nothing()) == list{0, 0});
  CHECK(two_nodes(most).sized(middle, larger).fit.scores(asking()) == list{62, 50});
  two_nodes used(most);
  used.sized(big, big).with("n1", {{"cpu", "3000"}, {"memory", "0"}}).with("n2", {{"cpu", "3000"}, {"memory", "5000"}});
  CHECK(used.fit.scores(asking()) == list{42, 55});
  const make_pod all = pod_of("p", {{{"cpu", "2000"}, {"memory", "4000"}}, {{"cpu", "3000"}, {"memory", "5000"}}});
  CHECK(two_nodes(most)
            .sized({{"cpu", "5000"}, {"memory", "10000"}}, {{"cpu", "10000"}, {"memory", "9000"}})
            .fit.scores(all) == list{95, 75});
}

TEST_CASE("MostAllocated: containers that ask for nothing count 100m and 200Mi") {
  two_nodes idle(most);
  idle.sized({{"cpu", "250m"}, {"memory", "1000Mi"}}, {{"cpu", "250m"}, {"memory", "1000Mi"}})
      .with("n1", {})
      .with("n1", {});
  CHECK(idle.fit.scores(pod_of("p", {{}})) == list{80, 30});
}

TEST_CASE("MostAllocated: of a pod with pod-level requests the containers alone are scored") {
  constexpr auto with_pages = "{type: MostAllocated, resources: [{name: cpu}, {name: memory}, {name: hugepages-2Mi}]}";
  two_nodes nodes(with_pages);
  nodes.sized({{"cpu", "1"}, {"memory", "1000Mi"}, {"hugepages-2Mi", "10Mi"}}, {{"cpu", "1"}, {"memory", "1000Mi"}});
  const make_pod pod = pod_of("p", {{{"cpu", "200m"}, {"hugepages-2Mi", "2Mi"}}})
                           .pod_level({{"memory", "900Mi"}, {"hugepages-2Mi", "8Mi"}});
  CHECK(nodes.fit.scores(pod) == list{20, 20});  // cpu 20, memory 20 (200Mi), huge pages 20 where there are any
}

TEST_CASE("RequestedToCapacityRatio: along the shape, rounded") {
  const auto shaped = [](const char* shape) {
    return "{type: RequestedToCapacityRatio, requestedToCapacityRatio: {shape: " + std::string(shape) + "}}";
  };
  const std::string falling = shaped("[{utilization: 0, score: 10}, {utilization: 100, score: 0}]");
  const std::string rising = shaped("[{utilization: 0, score: 0}, {utilization: 100, score: 10}]");
  CHECK(two_nodes(falling).sized(middle, middle).fit.scores(nothing()) == list{100, 100});
  CHECK(two_nodes(falling).sized(middle, larger).fit.scores(asking()) == list{38, 50});
  const make_pod pod = pod_of("p", {{{"cpu", "3000"}, {"memory", "5000"}}});
  for (const auto& [strategy, expected] : {std::pair{falling, list{10, 32}}, std::pair{rising, list{95, 68}}}) {
    two_nodes used(strategy);
    used.sized(middle, larger)
        .with("n1", {{"cpu", "2000"}, {"memory", "4000"}})
        .with("n2", {{"cpu", "1000"}, {"memory", "2000"}});
    CHECK(used.fit.scores(pod) == expected);
  }
}

TEST_CASE("RequestedToCapacityRatio: extended resources alone, several with weights, those at 0 left out") {
  constexpr auto one =
      "{type: RequestedToCapacityRatio, resources: [{name: intel.com/foo}],"
      " requestedToCapacityRatio: {shape: [{utilization: 0, score: 0}, {utilization: 100, score: 1}]}}";
  const auto nodes = [](std::string_view strategy) {
    two_nodes n(strategy);
    n.sized({{"intel.com/foo", "8"}, {"intel.com/bar", "4"}}, {{"intel.com/foo", "4"}, {"intel.com/bar", "8"}});
    return n.fit.scores(pod_of("p", {{{"intel.com/foo", "2"}, {"intel.com/bar", "2"}}}));
  };
  CHECK(nodes(one) == list{2, 5});
  constexpr auto two =
      "{type: RequestedToCapacityRatio, resources: [{name: intel.com/foo, weight: 3}, {name: intel.com/bar, weight: "
      "5}],"
      " requestedToCapacityRatio: {shape: [{utilization: 0, score: 0}, {utilization: 100, score: 1}]}}";
  CHECK(nodes(two) == list{4, 3});  // (2*3 + 5*5) / 8 and (5*3 + 2*5) / 8
  constexpr auto late =
      "{type: RequestedToCapacityRatio, resources: [{name: intel.com/foo, weight: 3}, {name: intel.com/bar, weight: "
      "5}],"
      " requestedToCapacityRatio: {shape: [{utilization: 40, score: 0}, {utilization: 50, score: 10}]}}";
  CHECK(nodes(late) == list{100, 100});
}

TEST_CASE("NodeResourcesFit: scoringStrategy is checked, with the path of what is wrong") {
  const auto refusal = [](std::string_view strategy) -> std::string {
    try {
      two_nodes made(strategy);
    } catch (const configuration_error& e) {
      return e.what();
    }
    return "accepted";
  };
  CHECK(refusal("{}") == "args.scoringStrategy.type: is required");
  CHECK(refusal("{type: Fullest}") ==
        "args.scoringStrategy.type: \"Fullest\" is not one of LeastAllocated, MostAllocated, RequestedToCapacityRatio");
  CHECK(refusal("{type: LeastAllocated, resources: [{name: cpu, weight: 101}]}") ==
        "args.scoringStrategy.resources[0].weight: 101 is not in the valid range [0, 100]");
  CHECK(refusal("{type: LeastAllocated, resources: [{name: cpu, weight: -1}]}") ==
        "args.scoringStrategy.resources[0].weight: -1 is not in the valid range [0, 100]");
  CHECK(refusal("{type: RequestedToCapacityRatio}") ==
        "args.scoringStrategy.requestedToCapacityRatio: must be specified when type is RequestedToCapacityRatio");
  CHECK(refusal("{type: RequestedToCapacityRatio, requestedToCapacityRatio: {}}") ==
        "args.scoringStrategy.requestedToCapacityRatio.shape: at least one point must be specified");
  CHECK(
      refusal("{type: MostAllocated, requestedToCapacityRatio: {}}") ==
      "args.scoringStrategy.requestedToCapacityRatio: must not be specified when type is not RequestedToCapacityRatio");
  CHECK(
      refusal("{type: RequestedToCapacityRatio, requestedToCapacityRatio: {shape: [{utilization: 5, score: 1}, "
              "{utilization: 5, score: 2}]}}") ==
      "args.scoringStrategy.requestedToCapacityRatio.shape[1].utilization: values must be sorted in increasing order");
  CHECK(refusal("{type: RequestedToCapacityRatio, requestedToCapacityRatio: {shape: [{utilization: 5, score: 11}]}}") ==
        "args.scoringStrategy.requestedToCapacityRatio.shape[0].score: 11 is not in the valid range [0, 10]");
  CHECK(refusal("{type: LeastAllocated, resource: []}") == "args.scoringStrategy.resource: unknown field");
}
