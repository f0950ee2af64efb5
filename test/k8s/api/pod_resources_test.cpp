#include "k8s/api/pod_resources.hpp"

#include "test/support/objects.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::test;
using k8s::limits_of;
using k8s::requests_of;

/// The cases of component-helpers/resource in short, where requests and limits go the same way; scoring/ has them at
/// length, for what a pod holds.

TEST_CASE("pod resources: containers add up, and the largest moment of the start counts where it is larger") {
  const k8s::pod_spec spec = make_pod("p")
                                 .request("cpu", "1")
                                 .limit("cpu", "2")
                                 .with(make_container("b")
                                           .requests({{"cpu", "500m"}, {"memory", "1Gi"}})
                                           .limits({{"cpu", "1250m"}, {"memory", "2Gi"}}))
                                 .with_init(make_container("i")
                                                .requests({{"cpu", "3"}, {"example.com/gpu", "1"}})
                                                .limits({{"cpu", "3"}, {"memory", "3Gi"}, {"example.com/gpu", "1"}}))
                                 .spec();
  CHECK(requests_of(spec) == resources_of({{"cpu", "3"}, {"memory", "1Gi"}, {"example.com/gpu", "1"}}));
  CHECK(limits_of(spec) == resources_of({{"cpu", "3250m"}, {"memory", "3Gi"}, {"example.com/gpu", "1"}}));
}

TEST_CASE("pod resources: a sidecar counts beside the containers, and beside the init containers after it") {
  const auto sidecar = [] { return make_container("s").requests({{"cpu", "1"}}).limits({{"cpu", "2"}}).sidecar(); };
  const auto init = [] { return make_container("i").requests({{"cpu", "4"}}).limits({{"cpu", "8"}}); };
  const auto pod = [] { return make_pod("p").request("cpu", "1").limit("cpu", "1"); };
  const k8s::pod_spec before = pod().with_init(sidecar()).with_init(init()).spec();
  CHECK(requests_of(before) == resources_of({{"cpu", "5"}}));
  CHECK(limits_of(before) == resources_of({{"cpu", "10"}}));
  const k8s::pod_spec after = pod().with_init(init()).with_init(sidecar()).spec();
  CHECK(requests_of(after) == resources_of({{"cpu", "4"}}));
  CHECK(limits_of(after) == resources_of({{"cpu", "8"}}));
  const k8s::pod_spec alone = pod().with_init(sidecar()).spec();
  CHECK(requests_of(alone) == resources_of({{"cpu", "2"}}));
  CHECK(limits_of(alone) == resources_of({{"cpu", "3"}}));
}

TEST_CASE("pod resources: amounts for the pod as a whole stand for its containers', of resources that may have one") {
  const auto pod = [] {
    return make_pod("p")
        .request("cpu", "1")
        .request("example.com/gpu", "1")
        .limit("cpu", "1")
        .limit("example.com/gpu", "1")
        .limit("hugepages-2Mi", "2Mi");
  };
  const k8s::pod_spec both = pod()
                                 .pod_level({{"cpu", "4"}, {"memory", "8Gi"}, {"example.com/gpu", "7"}})
                                 .pod_level_limits({{"cpu", "5"}, {"hugepages-2Mi", "4Mi"}, {"example.com/gpu", "7"}})
                                 .spec();
  CHECK(requests_of(both) == resources_of({{"cpu", "4"}, {"memory", "8Gi"}, {"example.com/gpu", "1"}}));
  CHECK(limits_of(both) == resources_of({{"cpu", "5"}, {"hugepages-2Mi", "4Mi"}, {"example.com/gpu", "1"}}));
  const k8s::pod_spec requests = pod().pod_level({{"cpu", "4"}}).spec();
  CHECK(limits_of(requests) == limits_of(pod().spec()));
  const k8s::pod_spec limits = pod().pod_level_limits({{"cpu", "5"}}).spec();
  CHECK(requests_of(limits) == requests_of(pod().spec()));
}

TEST_CASE("pod resources: the overhead comes on top of every request, and of limits that there are") {
  const k8s::pod_spec spec = make_pod("p")
                                 .request("cpu", "1")
                                 .limit("memory", "2G")
                                 .limit("example.com/none", "0")
                                 .overhead({{"cpu", "250m"}, {"memory", "750M"}, {"example.com/none", "1"}})
                                 .pod_level_limits({{"hugepages-2Mi", "2Mi"}})
                                 .spec();
  CHECK(requests_of(spec) == resources_of({{"cpu", "1250m"}, {"memory", "750M"}, {"example.com/none", "1"}}));
  CHECK(limits_of(spec) == resources_of({{"memory", "2750M"}, {"example.com/none", "0"}, {"hugepages-2Mi", "2Mi"}}));
}
