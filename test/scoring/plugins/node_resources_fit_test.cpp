#include "test/scoring/plugins/one_plugin.hpp"

#include <doctest/doctest.h>

/// Cases after upstream's plugins/noderesources, fit_test.go.
using namespace berth;
using namespace berth::test;

namespace {

constexpr auto extended_a = "example.com/aaa";
constexpr auto extended_b = "example.com/bbb";
constexpr auto native_a = "kubernetes.io/something";
constexpr auto huge_a = "hugepages-2Mi";

// cpu 10m, memory 20, 32 pods, 5 of aaa, 20 of ephemeral storage, 5 of huge pages.
k8s::node_ptr small_node() {
  return node_of("n", {{"cpu", "10m"},
                       {"memory", "20"},
                       {"pods", "32"},
                       {"example.com/aaa", "5"},
                       {"ephemeral-storage", "20"},
                       {huge_a, "5"}});
}

std::string verdict(const make_pod& pod, amounts in_use, std::string_view args = "") {
  one_plugin fit("NodeResourcesFit", args);
  fit.node(small_node()).placed(pod_of("there", {in_use}).on("n"));
  return fit.verdict(pod);
}

}  // namespace

TEST_CASE("NodeResourcesFit: cpu and memory must be free, each that is not is named") {
  CHECK(verdict(pod_of("p", {{}}), {{"cpu", "10m"}, {"memory", "20"}}) == "fits");
  CHECK(verdict(pod_of("p", {{{"cpu", "1m"}, {"memory", "1"}}}), {{"cpu", "10m"}, {"memory", "20"}}) ==
        "Unschedulable: Insufficient cpu, Insufficient memory");
  CHECK(verdict(pod_of("p", {{{"cpu", "1m"}, {"memory", "1"}}}), {{"cpu", "5m"}, {"memory", "5"}}) == "fits");
  CHECK(verdict(pod_of("p", {{{"cpu", "2m"}, {"memory", "1"}}}), {{"cpu", "9m"}, {"memory", "5"}}) ==
        "Unschedulable: Insufficient cpu");
  CHECK(verdict(pod_of("p", {{{"cpu", "1m"}, {"memory", "2"}}}), {{"cpu", "5m"}, {"memory", "19"}}) ==
        "Unschedulable: Insufficient memory");
  CHECK(verdict(pod_of("p", {{{"cpu", "5m"}, {"memory", "1"}}}), {{"cpu", "5m"}, {"memory", "19"}}) == "fits");
}

TEST_CASE("NodeResourcesFit: a pod asks for the most of its containers together and any init container") {
  const auto init = [](amounts a) { return make_container("i").requests(a); };
  const amounts one{{"cpu", "1m"}, {"memory", "1"}};
  CHECK(verdict(pod_of("p", {one}).with_init(init({{"cpu", "3m"}, {"memory", "1"}})),
                {{"cpu", "8m"}, {"memory", "19"}}) == "Unschedulable: Insufficient cpu");
  CHECK(verdict(pod_of("p", {one}).with_init(init({{"cpu", "1m"}, {"memory", "3"}})).with_init(init({{"memory", "2"}})),
                {{"cpu", "9m"}, {"memory", "19"}}) == "Unschedulable: Insufficient memory");
  CHECK(verdict(pod_of("p", {one}).with_init(init(one)).with_init(init(one)), {{"cpu", "9m"}, {"memory", "19"}}) ==
        "fits");
  CHECK(verdict(pod_of("p", {{{"cpu", "4m"}}}).with_init(init({{"cpu", "5m"}})), {{"cpu", "5m"}}) == "fits");
}

TEST_CASE("NodeResourcesFit: sidecars add to the containers") {
  const auto with_sidecar = [](amounts a) {
    return pod_of("p", {{{"cpu", "5m"}}}).with_init(make_container("s").requests(a).sidecar());
  };
  CHECK(verdict(with_sidecar({{"cpu", "5m"}}), {}) == "fits");
  CHECK(verdict(with_sidecar({{"cpu", "6m"}}), {}) == "UnschedulableAndUnresolvable: Insufficient cpu");
}

TEST_CASE("NodeResourcesFit: overhead and pod-level requests count") {
  const amounts in_use{{"cpu", "5m"}, {"memory", "5"}};
  const auto base = [] { return pod_of("p", {{{"cpu", "1m"}, {"memory", "1"}}}); };
  CHECK(verdict(base().overhead({{"cpu", "3m"}, {"memory", "13"}}), in_use) == "fits");
  CHECK(verdict(base().overhead({{"cpu", "1m"}, {"memory", "15"}}), in_use) == "Unschedulable: Insufficient memory");
  CHECK(verdict(base().pod_level({{"cpu", "1m"}, {"memory", "2"}}), in_use) == "fits");
  CHECK(verdict(base().pod_level({{"cpu", "7m"}, {"memory", "2"}}), in_use) == "Unschedulable: Insufficient cpu");
  CHECK(verdict(base().pod_level({{"cpu", "3m"}, {"memory", "2"}}), {{"cpu", "5m"}, {"memory", "19"}}) ==
        "Unschedulable: Insufficient memory");
  CHECK(verdict(base().pod_level({{"cpu", "3m"}, {huge_a, "5"}}), {}) == "fits");
  CHECK(verdict(base().pod_level({{"cpu", "3m"}, {huge_a, "10"}}), {}) ==
        "UnschedulableAndUnresolvable: Insufficient hugepages-2Mi");
}

TEST_CASE("NodeResourcesFit: extended resources and huge pages are counted, unknown ones are absent") {
  const auto asks = [](const char* what, const char* amount) { return pod_of("p", {{{"cpu", "1m"}, {what, amount}}}); };
  CHECK(verdict(asks(extended_a, "1"), {}) == "fits");
  CHECK(verdict(asks(extended_a, "0"), {{extended_a, "6"}}) == "fits");
  CHECK(verdict(asks(extended_a, "1"), {{extended_a, "5"}}) == "Unschedulable: Insufficient example.com/aaa");
  CHECK(verdict(asks(extended_a, "10"), {}) == "UnschedulableAndUnresolvable: Insufficient example.com/aaa");
  CHECK(verdict(pod_of("p", {{{extended_a, "3"}}, {{extended_a, "3"}}}), {{extended_a, "2"}}) ==
        "UnschedulableAndUnresolvable: Insufficient example.com/aaa");
  CHECK(verdict(asks(extended_b, "1"), {}) == "UnschedulableAndUnresolvable: Insufficient example.com/bbb");
  CHECK(verdict(asks(native_a, "10"), {}) == "UnschedulableAndUnresolvable: Insufficient kubernetes.io/something");
  CHECK(verdict(asks(huge_a, "10"), {}) == "UnschedulableAndUnresolvable: Insufficient hugepages-2Mi");
  CHECK(verdict(asks("storage", "10"), {}) == "fits");
}

TEST_CASE("NodeResourcesFit: ephemeral storage is counted") {
  const auto asks = [](const char* amount) { return pod_of("p", {{{"ephemeral-storage", amount}}}); };
  CHECK(verdict(asks("25"), {}) == "UnschedulableAndUnresolvable: Insufficient ephemeral-storage");
  CHECK(verdict(asks("10"), {{"ephemeral-storage", "10"}}) == "fits");
  CHECK(verdict(asks("11"), {{"ephemeral-storage", "10"}}) == "Unschedulable: Insufficient ephemeral-storage");
}

TEST_CASE("NodeResourcesFit: a full node says so beside what else is short") {
  one_plugin fit("NodeResourcesFit");
  fit.node(node_of("n", {{"cpu", "10m"}, {"memory", "20"}, {"pods", "1"}}))
      .placed(pod_of("there", {{{"cpu", "10m"}}}).on("n"));
  CHECK(fit.verdict(pod_of("p", {{}})) == "Unschedulable: Too many pods");
  CHECK(fit.verdict(pod_of("p", {{{"cpu", "5m"}, {"memory", "21"}}})) ==
        "UnschedulableAndUnresolvable: Too many pods, Insufficient cpu, Insufficient memory");
}

TEST_CASE("NodeResourcesFit: ignored resources and groups are extended ones") {
  CHECK(verdict(pod_of("p", {{{extended_b, "1"}}}), {}, R"({"ignoredResources": ["example.com/bbb"]})") == "fits");
  CHECK(verdict(pod_of("p", {{{extended_b, "1"}, {native_a, "1"}}}), {},
                R"({"ignoredResourceGroups": ["example.com"]})") ==
        "UnschedulableAndUnresolvable: Insufficient kubernetes.io/something");
  CHECK(verdict(pod_of("p", {{{"cpu", "11m"}}}), {}, R"({"ignoredResources": ["cpu"]})") ==
        "UnschedulableAndUnresolvable: Insufficient cpu");
}

TEST_CASE("NodeResourcesFit: a resource that no node has is refused, however many others pods have named") {
  one_plugin fit("NodeResourcesFit", R"({"ignoredResources": ["example.com/last"]})");
  fit.node(small_node());
  for (int i = 0; i < 1000; ++i)
    fit.placed(pod_of("x" + std::to_string(i), {{{("example.com/r" + std::to_string(i)).c_str(), "1"}}}).on("m"));
  const k8s::pod_ptr pod = pod_of("p", {{{"example.com/one-more", "1"}}});
  CHECK(fit.verdict(pod) == "UnschedulableAndUnresolvable: Insufficient example.com/one-more");
  CHECK(fit.verdict(pod_of("p", {{{"example.com/last", "1"}}})) == "fits");
  const k8s::node has_it = make_node("n").allocatable("example.com/one-more", "1");
  const k8s::node has_not = make_node("n");
  CHECK(fit.cures(pod, node_event(action_add, nullptr, &has_it)));
  CHECK_FALSE(fit.cures(pod, node_event(action_add, nullptr, &has_not)));
}

TEST_CASE("NodeResourcesFit: more kinds of resources than a word has bits are judged one by one") {
  make_pod pod = pod_of("p", {{}});
  std::string all;
  for (int i = 0; i < 40; ++i) {
    const std::string name = "example.com/r" + std::to_string(10 + i);
    pod.with(make_container("c").requests({{name.c_str(), "1"}}));
    all += (i == 0 ? "Insufficient " : ", Insufficient ") + name;
  }
  CHECK(verdict(pod, {}) == "UnschedulableAndUnresolvable: " + all);
}

TEST_CASE("NodeResourcesFit: a node cures when the pod fits it empty and it has more than before") {
  one_plugin fit("NodeResourcesFit", R"({"ignoredResources": ["example.com/bbb"]})");
  const k8s::pod_ptr pod = pod_of("p", {{{"cpu", "2"}, {"memory", "1Gi"}, {extended_b, "1"}}});
  const k8s::node small = make_node("n").cpu("1").memory("2Gi");
  const k8s::node fits = make_node("n").cpu("2").memory("2Gi");
  const k8s::node more_memory = make_node("n").cpu("2").memory("4Gi");
  const k8s::node more_pods = make_node("n").cpu("2").memory("2Gi").pods("200");
  const k8s::node more_disk = make_node("n").cpu("2").memory("2Gi").allocatable("ephemeral-storage", "1Gi");
  const k8s::node no_pods = make_node("n").cpu("2").memory("2Gi").pods("0");
  CHECK(fit.cures(pod, node_event(action_add, nullptr, &fits)));
  CHECK_FALSE(fit.cures(pod, node_event(action_add, nullptr, &small)));
  CHECK_FALSE(fit.cures(pod, node_event(action_add, nullptr, &no_pods)));
  CHECK(fit.cures(pod, node_event(action_update_allocatable, &small, &fits)));
  CHECK(fit.cures(pod, node_event(action_update_allocatable, &fits, &more_memory)));
  CHECK(fit.cures(pod, node_event(action_update_allocatable, &fits, &more_pods)));
  CHECK_FALSE(fit.cures(pod, node_event(action_update_allocatable, &fits, &more_disk)));
  CHECK_FALSE(fit.cures(pod, node_event(action_update_allocatable, &fits, &small)));
  CHECK_FALSE(fit.cures(pod, node_event(action_update_labels, &small, &fits)));
}

TEST_CASE("NodeResourcesFit: placed pods cure by going, or by asking for less of what is wanted") {
  one_plugin fit("NodeResourcesFit");
  const k8s::pod_ptr pod = pod_of("p", {{{"cpu", "2"}}});
  const k8s::pod big = pod_of("x", {{{"cpu", "2"}, {"memory", "2"}}}).on("n");
  const k8s::pod less_cpu = pod_of("x", {{{"cpu", "1"}, {"memory", "2"}}}).on("n");
  const k8s::pod less_memory = pod_of("x", {{{"cpu", "2"}, {"memory", "1"}}}).on("n");
  const k8s::pod nowhere = pod_of("x", {{{"cpu", "2"}}});
  CHECK(fit.cures(pod, pod_event(event_resource::assigned_pod, action_delete, &big, nullptr)));
  CHECK_FALSE(fit.cures(pod, pod_event(event_resource::assigned_pod, action_delete, &nowhere, nullptr)));
  CHECK(fit.cures(pod, pod_event(event_resource::assigned_pod, action_scale_down, &big, &less_cpu)));
  CHECK_FALSE(fit.cures(pod, pod_event(event_resource::assigned_pod, action_scale_down, &big, &less_memory)));
  CHECK_FALSE(fit.cures(pod, pod_event(event_resource::assigned_pod, action_update_labels, &big, &less_cpu)));
  CHECK(fit.cures(pod, pod_event(event_resource::target_pod, action_scale_down, pod.get(), pod.get())));
}
