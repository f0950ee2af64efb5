#include "scoring/resources.hpp"

#include "test/support/objects.hpp"

#include <doctest/doctest.h>

using namespace berth::scoring;
using namespace berth::test;

namespace {

constexpr std::int64_t mi = 1024 * 1024;

demand asked(const make_pod& pod) { return demand_of(*pod.build().spec); }

demand held(const make_pod& pod) { return demand_of_placed(pod.build()); }

make_pod bare(const std::string& name = "p") { return make_pod(name).without_containers(); }

}  // namespace

TEST_CASE("demand: containers add up") {
  const demand d = asked(bare()
                             .with(make_container("a").requests({{"cpu", "500m"}, {"memory", "1Mi"}}))
                             .with(make_container("b").requests({{"cpu", "1"}, {"ephemeral-storage", "2Mi"}})));
  CHECK(d.of(cpu) == 1500);
  CHECK(d.of(memory) == mi);
  CHECK(d.of(ephemeral_storage) == 2 * mi);
}

TEST_CASE("demand: an init container counts where it is larger than what runs after it") {
  const demand d = asked(bare()
                             .with_init(make_container("i").requests({{"cpu", "2"}, {"memory", "1Mi"}}))
                             .with(make_container("a").requests({{"cpu", "1"}, {"memory", "3Mi"}})));
  CHECK(d.of(cpu) == 2000);
  CHECK(d.of(memory) == 3 * mi);
}

TEST_CASE("demand: a sidecar runs beside the init containers after it and beside the containers") {
  const auto sidecar = make_container("s").requests({{"cpu", "1"}}).sidecar();
  const auto before = make_container("i").requests({{"cpu", "4"}});
  const auto main = make_container("a").requests({{"cpu", "2"}});
  CHECK(asked(bare().with_init(before).with_init(sidecar).with(main)).of(cpu) == 4000);
  CHECK(asked(bare().with_init(sidecar).with_init(before).with(main)).of(cpu) == 5000);
  CHECK(asked(bare().with_init(sidecar).with_init(sidecar).with(main)).of(cpu) == 4000);
}

TEST_CASE("demand: overhead comes on top of everything") {
  const demand d = asked(bare()
                             .with_init(make_container("i").requests({{"cpu", "2"}}))
                             .with(make_container("a").requests({{"cpu", "1"}}))
                             .overhead({{"cpu", "250m"}, {"memory", "1Mi"}}));
  CHECK(d.of(cpu) == 2250);
  CHECK(d.of(memory) == mi);
}

TEST_CASE("demand: fractions are summed before they are rounded up") {
  const auto tiny = make_container("a").requests({{"cpu", "500u"}});
  CHECK(asked(bare().with(tiny)).of(cpu) == 1);
  CHECK(asked(bare().with(tiny).with(tiny)).of(cpu) == 1);
  CHECK(asked(bare().with(tiny).with(tiny).with(tiny)).of(cpu) == 2);
}

TEST_CASE("demand: pod-level requests stand for the containers', overhead still on top") {
  const demand d =
      asked(bare()
                .with(make_container("a").requests({{"cpu", "1"}, {"memory", "1Mi"}, {"ephemeral-storage", "1Mi"}}))
                .pod_level({{"cpu", "3"}, {"ephemeral-storage", "9Mi"}, {"hugepages-2Mi", "4Mi"}})
                .overhead({{"cpu", "1"}}));
  CHECK(d.of(cpu) == 4000);
  CHECK(d.of(memory) == mi);
  CHECK(d.of(ephemeral_storage) == mi);  // not a resource that may be asked for by the pod as a whole
  REQUIRE(d.scalars.size() == 1);
  CHECK(d.of("hugepages-2Mi") == 4 * mi);
}

TEST_CASE("demand: for scoring each container that names nothing counts 100m and 200 MiB") {
  const demand d = asked(bare().with(make_container("a")).with(make_container("b").requests({{"cpu", "1"}})));
  CHECK(d.of(cpu) == 1000);
  CHECK(d.of(memory) == 0);
  CHECK(d.non_zero_cpu == 1100);
  CHECK(d.non_zero_memory == 400 * mi);
  CHECK(d.scored_cpu == d.non_zero_cpu);
  CHECK(d.scored_memory == d.non_zero_memory);
}

TEST_CASE("demand: an explicit zero stays zero") {
  const demand d = asked(bare().with(make_container("a").requests({{"cpu", "0"}, {"memory", "0"}})));
  CHECK(d.of(cpu) == 0);
  CHECK(d.non_zero_cpu == 0);
  CHECK(d.non_zero_memory == 0);
}

TEST_CASE("demand: the default counts in the sums over init containers and sidecars too") {
  const demand d = asked(bare()
                             .with_init(make_container("s").sidecar())
                             .with_init(make_container("i"))
                             .with(make_container("a").requests({{"cpu", "50m"}})));
  CHECK(d.non_zero_cpu == 200);  // sidecar and init container
  CHECK(d.non_zero_memory == 400 * mi);
}

TEST_CASE("demand: with pod-level requests only what is named nowhere gets a default on the node") {
  const demand d = asked(bare()
                             .with(make_container("a").requests({{"memory", "1Mi"}}))
                             .with(make_container("b"))
                             .pod_level({{"cpu", "1"}}));
  CHECK(d.non_zero_cpu == 1000);
  CHECK(d.non_zero_memory == mi);
  CHECK(d.scored_cpu == 200);  // the score of the pod itself goes by its containers
  CHECK(d.scored_memory == mi + 200 * mi);
  const demand none = asked(bare().with(make_container("a")).pod_level({{"cpu", "1"}}));
  CHECK(none.non_zero_memory == 200 * mi);
}

TEST_CASE("demand: extended resources count by name, unknown native ones do not") {
  const auto pod =
      make_pod("p").request("hugepages-2Mi", "2Mi").request("storage", "1Gi").request("example.com/gpu", "2");
  const demand d = demand_of(*pod.build().spec);
  REQUIRE(d.scalars.size() == 2);
  CHECK(d.scalars[0] == std::pair<std::string, std::int64_t>{"example.com/gpu", 2});
  CHECK(d.scalars[1] == std::pair<std::string, std::int64_t>{"hugepages-2Mi", 2 * mi});
  CHECK(d.of("example.com/gpu") == 2);
  CHECK(d.of("storage") == 0);
  CHECK(d.of("example.com/none") == 0);
}

TEST_CASE("demand: thousands of names in one pod are summed as a few are") {
  for (const int names : {3, 16, 17, 18, 2000}) {
    CAPTURE(names);
    make_pod pod = bare();
    const auto name = [](int i) { return "example.com/r" + std::to_string(i); };
    for (int i = 0; i < names; ++i) pod.with_init(make_container("s").sidecar().requests({{name(i).c_str(), "1"}}));
    for (int i = 0; i < names; ++i) pod.with_init(make_container("i").requests({{name(i).c_str(), "5"}}));
    for (int i = 0; i < names; ++i) pod.with(make_container("c").requests({{name(i).c_str(), "2"}}));
    const demand d = asked(pod);
    REQUIRE(d.scalars.size() == static_cast<std::size_t>(names));
    for (const auto& [of, amount] : d.scalars) REQUIRE(amount == 6);  // an init container beside the sidecar before it
  }
}

TEST_CASE("is_scalar_resource: what counts beside cpu, memory and ephemeral-storage") {
  for (const char* name : {"example.com/gpu", "hugepages-1Gi", "attachable-volumes-csi-x", "kubernetes.io/batch-cpu"})
    CHECK(is_scalar_resource(name));
  for (const char* name :
       {"storage", "pods", "gpu", "requests.example.com/gpu", "example.com/", "Example_com/gpu", "a/b/c"})
    CHECK_FALSE(is_scalar_resource(name));
}

TEST_CASE("demand of a placed pod: the largest of spec, allocated and actual, by resource") {
  const demand d = held(bare()
                            .with(make_container("a").requests({{"cpu", "1"}, {"memory", "1Mi"}}))
                            .resized("a", {{"cpu", "2"}, {"memory", "1Mi"}}, {{"cpu", "1"}, {"memory", "3Mi"}}));
  CHECK(d.of(cpu) == 2000);
  CHECK(d.of(memory) == 3 * mi);
}

TEST_CASE("demand of a placed pod: a resize that is infeasible leaves the spec out") {
  const auto pod =
      bare().with(make_container("a").requests({{"cpu", "8"}})).resized("a", {{"cpu", "2"}}, {{"cpu", "1"}});
  CHECK(held(make_pod(pod)).of(cpu) == 8000);
  CHECK(held(make_pod(pod).resize_infeasible()).of(cpu) == 2000);
}

TEST_CASE("demand of a placed pod: containers are summed before the larger is taken") {
  const demand d = held(bare()
                            .with(make_container("a").requests({{"cpu", "4"}}))
                            .with(make_container("b").requests({{"cpu", "1"}}))
                            .resized("a", {{"cpu", "1"}}, {{"cpu", "1"}})
                            .resized("b", {{"cpu", "3"}}, {{"cpu", "3"}}));
  CHECK(d.of(cpu) == 5000);  // not 4 + 3
}

TEST_CASE("demand of a placed pod: what status says of the pod as a whole stands for its containers") {
  const auto one_cpu = [] { return bare().with(make_container("a").requests({{"cpu", "1"}, {"memory", "1Mi"}})); };
  const auto being_resized = one_cpu().resized_as_a_whole({{"cpu", "2"}}, {{"cpu", "3"}, {"memory", "1Mi"}});
  CHECK(held(being_resized).of(cpu) == 3000);
  CHECK(held(being_resized).of(memory) == mi);
  CHECK(held(one_cpu().resized("a", {{"cpu", "9"}}, {}).resized_as_a_whole({}, {{"cpu", "2"}})).of(cpu) == 2000);
  CHECK(held(one_cpu().resized_as_a_whole({}, {{"cpu", "500m"}}).resize_infeasible()).of(cpu) == 500);
}

TEST_CASE("demand of a placed pod: a pod-level request that is being resized counts by the larger as well") {
  const auto pod = [] {
    return bare()
        .with(make_container("a").requests({{"cpu", "500m"}}))
        .pod_level({{"cpu", "1"}})
        .resized_as_a_whole({{"cpu", "3"}}, {{"cpu", "2"}});
  };
  CHECK(held(pod()).of(cpu) == 3000);
  CHECK(held(pod().pod_level({{"cpu", "8"}})).of(cpu) == 8000);
  CHECK(held(pod().pod_level({{"cpu", "8"}}).resize_infeasible()).of(cpu) == 3000);
}

TEST_CASE("demand of a placed pod: overhead, which kubelets report with the rest, counts once") {
  const auto pod = bare()
                       .with(make_container("a").requests({{"cpu", "1"}}))
                       .overhead({{"cpu", "250m"}, {"memory", "1Mi"}})
                       .resized_as_a_whole({{"cpu", "3250m"}, {"memory", "1Mi"}}, {{"cpu", "3"}});
  CHECK(held(pod).of(cpu) == 3250);
  CHECK(held(pod).of(memory) == mi);
}
