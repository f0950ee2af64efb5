#include "scoring/index/live_cluster.hpp"
#include "test/scoring/plugins/one_plugin.hpp"

#include <doctest/doctest.h>

#include <map>

using namespace berth;
using namespace berth::test;
using kind = k8s::volume_kind;

namespace {

std::string heard(const std::string& plugin, const make_pod& pod, std::string_view args = "") {
  return one_plugin(plugin, args).node(make_node("n")).verdict(pod);
}

std::string not_yet(const std::string& what) {
  return "UnschedulableAndUnresolvable: berth does not support " + what + " yet";
}

std::string refused(const std::string& plugin, std::string_view args) {
  try {
    one_plugin made(plugin, args);
  } catch (const configuration_error& e) {
    return e.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("not yet: each plugin refuses the pods that use what it decides, and no other") {
  const make_pod plain = make_pod("p").label("app", "web");
  const make_pod image = make_pod("p").volume(kind::image, "nginx");
  const make_pod device = make_pod("p").resource_claim();
  struct expectation {
    const char* plugin;
    std::map<const make_pod*, std::string> refuses;
  };
  const std::vector<expectation> all{
      {"DynamicResources", {{&device, "resource claims"}}},
      {"DeferredPodScheduling", {}},
  };
  for (const expectation& e : all) {
    CAPTURE(e.plugin);
    for (const make_pod* pod : {&plain, &image, &device}) {
      const auto refusal = e.refuses.find(pod);
      CHECK(heard(e.plugin, *pod) == (refusal == e.refuses.end() ? "fits" : not_yet(refusal->second)));
    }
  }
}

TEST_CASE("not yet: nodes that an earlier plugin refuses keep its reason, and what is disabled refuses nothing") {
  live_cluster nodes;
  nodes.set_node(make_node("n1").taint("x"));
  nodes.set_node(make_node("n2").cpu("1"));
  nodes.set_node(make_node("n3"));
  const k8s::pod_ptr pod = make_pod("p").cpu("2").resource_claim();
  profile_config c;
  c.scheduler_name = "berth";
  CHECK(profile(c, default_registry()).explain(nodes.intern(pod), nodes).why.message() ==
        "0/3 nodes are available: 1 Insufficient cpu, 1 berth does not support resource claims yet, "
        "1 node(s) had untolerated taint(s). preemption: 0/3 nodes are available: 3 Preemption is not helpful for "
        "scheduling.");
  c.multi_point.disabled.push_back({"DynamicResources", 0, ""});
  CHECK(profile(c, default_registry()).explain(nodes.intern(pod), nodes).best == std::vector<std::string>{"n3"});
}

TEST_CASE("not yet: only the pod's own update cures") {
  one_plugin devices("DynamicResources");
  const k8s::pod_ptr pod = make_pod("p").resource_claim();
  const k8s::node node = make_node("n");
  cluster_event storage;
  storage.resource = event_resource::persistent_volume_claim;
  CHECK_FALSE(devices.cures(pod, storage));
  CHECK_FALSE(devices.cures(pod, node_event(action_add, nullptr, &node)));
  CHECK_FALSE(devices.cures(pod, pod_event(event_resource::assigned_pod, action_delete, pod.get(), nullptr)));
  CHECK(devices.cures(pod, pod_event(event_resource::target_pod, action_update_other, pod.get(), pod.get())));
}

TEST_CASE("not yet: every upstream name is valid at the points where upstream has it") {
  using point = extension_point;
  const std::map<std::string, std::vector<point>> points{
      {"NodeUnschedulable", {point::pre_filter, point::filter}},
      {"TaintToleration", {point::pre_filter, point::filter, point::pre_score, point::score}},
      {"NodeResourcesFit", {point::pre_filter, point::filter, point::pre_score, point::score}},
      {"VolumeRestrictions", {point::pre_filter, point::filter}},
      {"NodeVolumeLimits", {point::pre_filter, point::filter}},
      {"VolumeBinding",
       {point::pre_filter, point::filter, point::pre_score, point::score, point::reserve, point::pre_bind}},
      {"VolumeZone", {point::pre_filter, point::filter}},
      {"PodTopologySpread", {point::pre_filter, point::filter, point::pre_score, point::score}},
      {"InterPodAffinity", {point::pre_filter, point::filter, point::pre_score, point::score}},
      {"DynamicResources",
       {point::pre_enqueue, point::pre_filter, point::filter, point::post_filter, point::score, point::reserve,
        point::pre_bind}},
      {"DefaultPreemption", {point::pre_enqueue, point::post_filter}},
      {"NodeDeclaredFeatures", {point::pre_filter, point::filter}},
      {"GangScheduling", {point::pre_enqueue, point::permit}},
  };
  for (const auto& [name, at] : points) {
    CAPTURE(name);
    one_plugin enabled(name, "", at);
    for (const point p : at) CHECK(enabled.at_work().plugins_at(p) == std::vector<std::string>{name});
    CHECK(enabled.node(make_node("n")).verdict(make_pod("p")) == "fits");
  }
  const registry all = default_registry();
  for (const plugin_entry& p : default_plugins()) CHECK(all.find(p.name) != nullptr);
}

TEST_CASE("not yet: arguments are read as upstream reads them") {
  CHECK(refused("DefaultPreemption", "{minCandidateNodesPercentage: 0, minCandidateNodesAbsolute: 0}") ==
        "args.minCandidateNodesPercentage: cannot be zero at the same time as minCandidateNodesAbsolute");
  CHECK(refused("DefaultPreemption", "minCandidateNodesPercentage: 101") ==
        "args.minCandidateNodesPercentage: 101 is not in the valid range [0, 100]");
  CHECK(refused("InterPodAffinity", "hardPodAffinityWeight: 101") ==
        "args.hardPodAffinityWeight: 101 is not in the valid range [0, 100]");
  CHECK(refused("InterPodAffinity", "ignorePreferredTermsOfExistingPods: 1") ==
        "args.ignorePreferredTermsOfExistingPods: expected true or false, found an integer");
  CHECK(refused("VolumeBinding", "bindTimeoutSeconds: -1") == "args.bindTimeoutSeconds: -1 is less than 0");
  CHECK(refused("VolumeBinding", "shape: [{utilization: 0, score: 11}]") ==
        "args.shape[0].score: 11 is not in the valid range [0, 10]");
  CHECK(refused("DynamicResources", "filterTimeout: -1s") == "args.filterTimeout: must be zero or positive");
  CHECK(refused("DynamicResources", "bindingTimeout: 999ms") == "args.bindingTimeout: must be at least 1 second");
  CHECK(refused("DynamicResources", "{filterTimeout: 10s, bindingTimeout: 10m}") == "accepted");
  CHECK(refused("PodTopologySpread",
                "defaultConstraints: [{maxSkew: 1, topologyKey: z, whenUnsatisfiable: ScheduleAnyway}]") ==
        "args.defaultingType: must be List when defaultConstraints are not empty");
  CHECK(refused("PodTopologySpread", "{defaultingType: List, defaultConstraints: [{maxSkew: 0}]}") ==
        "args.defaultConstraints[0].maxSkew: 0 is not in the valid range [1, 2147483647]");
  CHECK(refused("PodTopologySpread",
                "{defaultingType: List, defaultConstraints: [{maxSkew: 1, topologyKey: z, whenUnsatisfiable: "
                "ScheduleAnyway}, "
                "{maxSkew: 2, topologyKey: z, whenUnsatisfiable: ScheduleAnyway}]}") ==
        "args.defaultConstraints[1]: duplicate {z, ScheduleAnyway}");
  CHECK(refused("VolumeZone", "zone: a") == "args.zone: unknown field");
}
