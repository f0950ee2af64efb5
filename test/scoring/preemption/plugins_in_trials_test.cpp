#include "scoring/reservations/reservations.hpp"
#include "test/scoring/plugins/storage_cluster.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

/// Preemption's dry run beside plugins that read more than a node's columns: whose eviction lets the pod in, and whose
/// does not.
using namespace berth;
using namespace berth::test;

namespace {

struct world {
  explicit world(std::vector<std::string> plugins, const std::string& arguments_of = "", std::string_view args = "")
      : at_work(configured(std::move(plugins), arguments_of, args), default_registry()) {}

  static profile_config configured(std::vector<std::string> plugins, const std::string& arguments_of,
                                   std::string_view args) {
    profile_config c;
    c.scheduler_name = "berth";
    c.multi_point.disabled.push_back({"*", 0, ""});
    for (const char* needed : {"PrioritySort", "NodeResourcesFit", "DefaultPreemption", "DefaultBinder"})
      plugins.emplace_back(needed);
    for (const std::string& name : plugins) c.multi_point.enabled.push_back({name, 1, ""});
    if (!args.empty()) c.arguments.push_back({arguments_of, k8s::read_value(args, "args").value(), "args"});
    return c;
  }
  world& with(const std::string& yaml) {
    const auto objects = k8s::read_cluster(yaml, "cluster");
    REQUIRE(objects.has_value());
    for (const auto& c : objects->claims) nodes.storage().set(c);
    for (const auto& v : objects->volumes) nodes.storage().set(v);
    for (const auto& n : objects->csi_nodes) nodes.storage().set(n);
    for (const auto& n : objects->nodes) nodes.set_node(n);
    for (const auto& p : objects->pods) nodes.place(nodes.intern(p), p->node_name);
    return *this;
  }
  world& placed(make_pod pod, const char* node) {
    nodes.place(nodes.intern(pod), node);
    return *this;
  }
  // "n1: low" or why nobody need go.
  std::string preempts(const k8s::pod_ptr& pod) {
    const explanation e = at_work.explain(nodes.intern(pod), nodes);
    if (e.nominated.empty()) return e.best.empty() ? e.why.message() : "fits";
    std::string text = e.nominated + ":";
    for (const std::string& v : e.victims) text += " " + v.substr(v.find('/') + 1);
    return text;
  }
  live_cluster nodes;
  profile at_work;
};

std::string pod_with(const std::string& name, int priority, const std::string& volumes, const std::string& node = "",
                     const std::string& ns = "default") {
  return "{kind: Pod, apiVersion: v1, metadata: {name: " + name + ", namespace: " + ns + ", uid: " + name +
         "-uid}, spec: {schedulerName: berth, priority: " + std::to_string(priority) + ", " +
         (node.empty() ? "" : "nodeName: '" + node + "', ") + "containers: [{name: c, image: i}], volumes: [" +
         volumes + "]}}";
}
k8s::pod_ptr waiting(const std::string& yaml) { return k8s::read_cluster(yaml, "pod")->pods.front(); }

std::string once(const std::string& name) { return claim_yaml(name, "accessModes: [ReadWriteOncePod]"); }

}  // namespace

TEST_CASE("VolumeRestrictions in a trial: the pod goes that mounts the ReadWriteOncePod claim") {
  world w({"VolumeRestrictions"});
  w.with(join({node_yaml("n1"), node_yaml("n2"), once("data"), pod_with("other", 0, "", "n1"),
               pod_with("holds", 5, claim_volume("data"), "n2")}));
  CHECK(w.preempts(waiting(pod_with("p", 10, claim_volume("data")))) == "n2: holds");
  CHECK(w.preempts(waiting(pod_with("p", 3, claim_volume("data")))).find("preemption: 0/2 nodes") != std::string::npos);
}

TEST_CASE("VolumeRestrictions in a trial: two pods that mount the claim count as one, as upstream") {
  world w({"VolumeRestrictions"});
  w.with(join({node_yaml("n1"), node_yaml("n2"), once("data"), pod_with("a", 0, claim_volume("data"), "n1"),
               pod_with("b", 0, claim_volume("data"), "n2")}));
  CHECK(w.preempts(waiting(pod_with("p", 10, claim_volume("data")))) == "n1: a");
}

TEST_CASE("VolumeRestrictions in a trial: a claim of the same name in another namespace counts, as upstream") {
  world w({"VolumeRestrictions"});
  w.with(join({node_yaml("n1"), node_yaml("n2"), once("data"), pod_with("mine", 20, claim_volume("data"), "n2"),
               pod_with("foreign", 0, claim_volume("data"), "n1", "elsewhere")}));
  CHECK(w.preempts(waiting(pod_with("p", 10, claim_volume("data")))) == "n1: foreign");
}

TEST_CASE("VolumeRestrictions in a trial: the pod goes that has the disk, and no other") {
  world w({"VolumeRestrictions"});
  const std::string disk = "{name: v, awsElasticBlockStore: {volumeID: foo}}";
  w.with(join({node_yaml("n1"), pod_with("other", 0, "", "n1"), pod_with("holds", 5, disk, "n1")}));
  CHECK(w.preempts(waiting(pod_with("p", 10, disk))) == "n1: holds");
}

TEST_CASE("VolumeRestrictions: a nominated pod's claim is taken for one of lower priority") {
  world w({"VolumeRestrictions"});
  w.with(join({node_yaml("n1"), once("data"), pod_with("low", 0, claim_volume("data"), "n1")}));
  const k8s::pod_ptr vip = waiting(pod_with("vip", 10, claim_volume("data")));
  w.nodes.nominations().set(w.nodes.intern(vip), "n1");
  CHECK(w.preempts(waiting(pod_with("p", 5, claim_volume("data")))).find("preemption: 0/1 nodes") != std::string::npos);
  CHECK(w.preempts(vip) == "n1: low");
}

TEST_CASE("NodeVolumeLimits in a trial: the pod goes whose volume takes the place") {
  world w({"NodeVolumeLimits"});
  const auto volume = [](const std::string& name) {
    return volume_yaml(name, "csi: {driver: d, volumeHandle: " + name + "}, capacity: {storage: 1Gi}");
  };
  w.with(
      join({node_yaml("n1"),
            "{kind: CSINode, apiVersion: storage.k8s.io/v1, metadata: {name: n1}, spec: {drivers: [{name: d, nodeID: "
            "n1, allocatable: {count: 1}}]}}",
            bound_claim_yaml("a", "va"), bound_claim_yaml("b", "vb"), volume("va"), volume("vb"),
            pod_with("other", 0, "", "n1"), pod_with("holds", 5, claim_volume("a"), "n1")}));
  CHECK(w.preempts(waiting(pod_with("p", 10, claim_volume("b")))) == "n1: holds");
}

TEST_CASE("NodeReservation in a trial: room that is reserved anew once its pod is gone is no room") {
  world w({"NodeReservation"});
  w.nodes.set_node(make_node("n1").cpu("2").pods("10").annotation(amount_key("cpu", "default-kept"), "1"));
  w.placed(make_pod("kept").cpu("1"), "n1").placed(make_pod("other").cpu("1").priority(5), "n1");
  CHECK(w.preempts(make_pod("p").scheduler("berth").cpu("1").priority(10)) == "n1: other");
}

TEST_CASE("MaxPodCount in a trial: evicting a pod is no cure for a limit, as nothing says it is") {
  world w({"MaxPodCount"}, "MaxPodCount", "{limit: 1}");
  w.nodes.set_node(make_node("n1").cpu("1").pods("10"));
  w.placed(make_pod("low").cpu("1"), "n1");
  CHECK(w.preempts(make_pod("p").scheduler("berth").cpu("1").priority(10))
            .ends_with("preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling."));
}
