#include "k8s/codec/cluster_file.hpp"
#include "test/k8s/api/samples.hpp"
#include "test/k8s/codec/cluster_file_reading.hpp"

#include <doctest/doctest.h>

using namespace berth::k8s;
using namespace berth::test;

/// What is done in place of an API server: values are refused, priorities filled in, of two objects one counts; and
/// which unknown fields are told.
namespace {

std::string pod_with(const std::string& spec) {
  return R"({"kind": "Pod", "metadata": {"name": "web", "namespace": "shop"}, "spec": {)" + spec + "}}";
}
std::string fault_of(const std::string& object) {
  const cluster_objects c = read(list_of(object));
  return c.dropped.size() == 1 ? c.dropped.front().detail : std::to_string(c.dropped.size()) + " faults";
}

}  // namespace

TEST_CASE("cluster file: a word that an API server would refuse is named with file, object and field") {
  CHECK(fault_of(pod_with(R"("tolerations": [{"key": "a", "operator": "Exist"}])")) ==
        "f: items[0]: Pod shop/web: spec.tolerations[0].operator: \"Exist\" is none of Equal, Exists, Gt, Lt");
  CHECK(fault_of(pod_with(R"("tolerations": [{"key": "a", "effect": "NoSchedul"}])")) ==
        "f: items[0]: Pod shop/web: spec.tolerations[0].effect: \"NoSchedul\" is none of NoSchedule, "
        "PreferNoSchedule, NoExecute");
  CHECK(fault_of(pod_with(R"("topologySpreadConstraints": [{"whenUnsatisfiable": "DoNotSchedul"}])")) ==
        "f: items[0]: Pod shop/web: spec.topologySpreadConstraints[0].whenUnsatisfiable: \"DoNotSchedul\" is none of "
        "DoNotSchedule, ScheduleAnyway");
  CHECK(fault_of(pod_with(R"("topologySpreadConstraints": [{"nodeTaintsPolicy": "Honour"}])")) ==
        "f: items[0]: Pod shop/web: spec.topologySpreadConstraints[0].nodeTaintsPolicy: \"Honour\" is none of Honor, "
        "Ignore");
  CHECK(fault_of(pod_with(R"("preemptionPolicy": "never")")) ==
        "f: items[0]: Pod shop/web: spec.preemptionPolicy: \"never\" is none of PreemptLowerPriority, Never");
  CHECK(fault_of(pod_with(R"("initContainers": [{"name": "a", "restartPolicy": "always"}])")) ==
        "f: items[0]: Pod shop/web: spec.initContainers[0].restartPolicy: \"always\" is none of Always, OnFailure, "
        "Never");
  CHECK(fault_of(pod_with(R"("containers": [{"name": "a", "ports": [{"containerPort": 80, "protocol": "tcp"}]}])")) ==
        "f: items[0]: Pod shop/web: spec.containers[0].ports[0].protocol: \"tcp\" is none of TCP, UDP, SCTP");
  CHECK(fault_of(pod_with(R"("affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution":
            {"nodeSelectorTerms": [{"matchExpressions": [{"key": "a", "operator": "in", "values": ["b"]}]}]}}})")) ==
        "f: items[0]: Pod shop/web: spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution."
        "nodeSelectorTerms[0].matchExpressions[0].operator: \"in\" is none of In, NotIn, Exists, DoesNotExist, Gt, Lt");
  CHECK(
      fault_of(R"({"kind": "Node", "metadata": {"name": "n"}, "spec": {"taints": [{"key": "a", "effect": "No"}]}})") ==
      "f: items[0]: Node n: spec.taints[0].effect: \"No\" is none of NoSchedule, PreferNoSchedule, NoExecute");
  CHECK(fault_of(R"({"kind": "StorageClass", "metadata": {"name": "s"}, "volumeBindingMode": "Wait"})") ==
        "f: items[0]: StorageClass s: volumeBindingMode: \"Wait\" is none of Immediate, WaitForFirstConsumer");
  CHECK(fault_of(R"({"kind": "PersistentVolumeClaim", "metadata": {"name": "c"}, "spec": {"accessModes": ["RWO"]}})") ==
        "f: items[0]: PersistentVolumeClaim c: spec.accessModes[0]: \"RWO\" is none of ReadWriteOnce, "
        "ReadOnlyMany, ReadWriteMany, ReadWriteOncePod");
  CHECK(fault_of(R"({"kind": "PersistentVolume", "metadata": {"name": "v"}, "spec": {"volumeMode": "block"}})") ==
        "f: items[0]: PersistentVolume v: spec.volumeMode: \"block\" is none of Filesystem, Block");
}

TEST_CASE("cluster file: negative amounts are refused as an API server refuses them") {
  CHECK(fault_of(pod_with(R"("containers": [{"name": "a", "resources": {"requests": {"cpu": "-1"}}}])")) ==
        "f: items[0]: Pod shop/web: spec.containers[0].resources.requests[\"cpu\"]: \"-1\" is negative");
  CHECK(fault_of(pod_with(R"("overhead": {"memory": "-5Mi"})")) ==
        "f: items[0]: Pod shop/web: spec.overhead[\"memory\"]: \"-5Mi\" is negative");
  CHECK(fault_of(R"({"kind": "Node", "metadata": {"name": "n"}, "status": {"allocatable": {"cpu": "-4"}}})") ==
        "f: items[0]: Node n: status.allocatable[\"cpu\"]: \"-4\" is negative");
}

TEST_CASE("cluster file: what a server has is read leniently, whatever it says") {
  const auto c = read_cluster(list_of(pod_with(R"("tolerations": [{"operator": "Soon"}], "preemptionPolicy": "Maybe",
            "tolaration": [], "priorityClassName": "gold")") +
                                      "," + pod_with("")),
                              "server", object_source::server);
  REQUIRE(c.has_value());
  CHECK(c->dropped.empty());
  CHECK(c->warnings.empty());
  CHECK(c->pods.size() == 2);
}

TEST_CASE("cluster file: a field whose name is nearly one that is read is told, a field that is only unknown is not") {
  const auto warnings = [](const std::string& spec) { return read(list_of(pod_with(spec))).warnings; };
  using texts = std::vector<std::string>;
  CHECK(warnings(R"("tolaration": [], "nodeselector": {}, "brandNewField": {"tolarations": 1})") ==
        texts{"f: items[0]: Pod shop/web: spec.tolaration: unknown field; did you mean tolerations?",
              "f: items[0]: Pod shop/web: spec.nodeselector: unknown field; did you mean nodeSelector?"});
  CHECK(warnings(R"("containers": [{"name": "a", "resource": {}, "env": [], "imagePullPolicy": "Always"}])") ==
        texts{"f: items[0]: Pod shop/web: spec.containers[0].resource: unknown field; did you mean resources?"});
  // After kubernetes/kubernetes#121388.
  CHECK(
      warnings(R"("containers": [{"name": "a", "tolerations": []}], "affinity": {"podAntiAffinity": {"topologyKey": "a",
            "requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "b"}]}}, "volumes": [{"name": "v",
            "ephemeral": {"affinity": 1}}])") ==
      texts{"f: items[0]: Pod shop/web: spec.containers[0].tolerations: unknown field here; it belongs elsewhere",
            "f: items[0]: Pod shop/web: spec.affinity.podAntiAffinity.topologyKey: unknown field here; it belongs "
            "elsewhere"});
  // Fields of Kubernetes' own that no scheduler reads.
  CHECK(warnings(R"("hostname": "a", "hostIPC": true, "hostPID": true, "nodeName": "n", "subdomain": "a",
      "serviceAccount": "a", "dnsPolicy": "Default", "ephemeralContainers": [], "readinessGates": [],
      "restartPolicy": "Never", "priorityClassName": "system-node-critical", "runtimeClassName": "x", "os": {})")
            .empty());
  std::string many = "\"tolaration\": 1";
  for (int i = 0; i < 100; ++i) many += ", \"tolaration\": 1";
  CHECK(warnings(many).size() == 16);
}

TEST_CASE("cluster file: pods get the priority of their class, as the API server gives it to them") {
  const std::string classes =
      R"({"kind": "PriorityClass", "metadata": {"name": "gold"}, "value": 1000, "preemptionPolicy": "Never"},
         {"kind": "PriorityClass", "metadata": {"name": "usual"}, "value": 7, "globalDefault": true},
         {"kind": "PriorityClass", "metadata": {"name": "usual-too"}, "value": 9, "globalDefault": true})";
  const auto pod_of = [&](const std::string& spec, const std::string& others) {
    const cluster_objects c = read(list_of(pod_with(spec) + (others.empty() ? "" : "," + others)));
    CHECK(c.warnings.empty());
    CHECK(c.other_kinds.empty());
    return c.pods.at(0)->spec;
  };
  CHECK(pod_of(R"("priorityClassName": "gold")", classes)->priority == 1000);
  CHECK_FALSE(pod_of(R"("priorityClassName": "gold")", classes)->may_preempt);
  CHECK(pod_of(R"("priorityClassName": "gold", "preemptionPolicy": "PreemptLowerPriority")", classes)->may_preempt);
  CHECK(pod_of(R"("priorityClassName": "gold", "priority": 5)", classes)->priority == 5);
  CHECK(pod_of("", classes)->priority == 7);
  CHECK(pod_of("", "")->priority == 0);
  CHECK(pod_of(R"("priorityClassName": "system-cluster-critical")", "")->priority == 2'000'000'000);
  CHECK(pod_of(R"("priorityClassName": "system-node-critical")", "")->priority == 2'000'001'000);
  CHECK(pod_of(R"("priorityClassName": "system-node-critical")", "")->may_preempt);

  const cluster_objects c = read(list_of(pod_with(R"("priorityClassName": "silver")")));
  CHECK(c.warnings ==
        std::vector<std::string>{"f: no PriorityClass silver is there, which pod shop/web names: judged with priority "
                                 "0; an API server would refuse such a pod"});
  CHECK(fault_of(R"({"kind": "PriorityClass", "metadata": {"name": "a"}, "value": "high"})") ==
        "f: items[0]: PriorityClass a: value: expected an integer, got a string");
}

TEST_CASE("cluster file: of objects that stand there twice, the last counts") {
  const cluster_objects c = read(
      list_of(pod_with(R"("priority": 1)") +
              R"(,{"kind": "Node", "metadata": {"name": "n"}, "spec": {"unschedulable": true}},)" +
              pod_with(R"("priority": 2)") + R"(,{"kind": "Node", "metadata": {"name": "n"}},)" +
              pod_with(R"("priority": 3)") + R"(,{"kind": "Pod", "metadata": {"name": "web", "namespace": "other"}})"));
  REQUIRE(c.pods.size() == 2);
  CHECK(c.pods[0]->spec->priority == 3);
  REQUIRE(c.nodes.size() == 1);
  CHECK_FALSE(c.nodes[0]->unschedulable);
  CHECK(c.warnings == std::vector<std::string>{"f: Pod shop/web stands there 3 times; the last one counts",
                                               "f: Node n stands there twice; the last one counts"});
}
