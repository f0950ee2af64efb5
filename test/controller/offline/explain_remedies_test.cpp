#include "test/controller/offline/explain_rig.hpp"

#include <doctest/doctest.h>

/// What `berth explain` says would help, and whom `simulate` evicts.
TEST_CASE("simulate: where preemption makes room, the victims are named and gone, and the pod takes their room") {
  k8s::cluster_objects c;
  c.nodes = {make_node("n1").cpu("2")};
  c.pods = {make_pod("low").cpu("2").on("n1"), make_pod("high").cpu("1").priority(10).created(1),
            make_pod("next").cpu("1").created(2), make_pod("late").cpu("1").created(3)};
  const std::vector<pod_judgement> all = judged(c, {.simulate = true});
  REQUIRE(all.size() == 3);
  CHECK(all[0].pod == "default/high");
  CHECK_FALSE(all[0].fits());
  CHECK(all[0].finds_node());
  CHECK(all[0].node == "n1");
  CHECK(all[0].why.victims == std::vector<std::string>{"default/low"});
  CHECK(all[1].node == "n1");
  CHECK(all[2].node == "");
  const std::string text = text_of(all);
  CHECK(text.find("default/high: goes to n1 by preemption, evicts default/low: 0/1 nodes are available: 1 Insufficient "
                  "cpu. preemption: ") != std::string::npos);
  CHECK(text.find("3 pending: 2 fit, 1 do not\n") != std::string::npos);
  const std::string json = json_of(all);
  CHECK(json.find(R"({"pod":"default/high","profile":"berth","node":"n1","message":"0/1 nodes are available: 1 )") !=
        std::string::npos);
  CHECK(json.find(R"("nominated":"n1","victims":["default/low"])") != std::string::npos);
}

TEST_CASE("explain: a pod that fits nowhere is told what would help, in the text and in JSON; simulated it is not") {
  const k8s::cluster_objects c = example();
  const std::vector<pod_judgement> all = judged(c);
  CHECK(all[0].remedies == nullptr);
  REQUIRE(all[1].remedies != nullptr);
  const std::string text = text_of(all);
  CHECK(text.find("  to fit: ask for 2 cpu instead of 3, 1 less (fits on n3)\n"
                  "      or: tolerate the taint dedicated:NoSchedule (fits on n1)\n") != std::string::npos);
  CHECK(json_of(all).find(R"("remedies":[{"change":"request-less","text":"ask for 2 cpu instead of 3, 1 less",)"
                          R"("node":"n3","nodes":1,"resource":"cpu","from":"3","to":"2"},)") != std::string::npos);
  CHECK(json_of(all).find(R"(],"allTried":true)") != std::string::npos);
  for (const pod_judgement& one : judged(c, {.simulate = true})) CHECK(one.remedies == nullptr);
}

TEST_CASE("explain: where preemption makes room, changes without it are told, and nobody else is to be evicted") {
  k8s::cluster_objects c;
  c.nodes = {make_node("n1").cpu("2")};
  c.pods = {make_pod("low").cpu("2").on("n1"), make_pod("high").cpu("3").priority(10),
            make_pod("next").cpu("2").priority(10)};
  const std::string text = text_of(judged(c));
  CHECK(text.find("  preemption would make room on n1 by evicting default/low\n") != std::string::npos);
  CHECK(text.find("  to fit without preemption: add a node like n1\n") != std::string::npos);
  CHECK(text.find("evict pod") == std::string::npos);
}

TEST_CASE("explain: where no single change helps, that is said") {
  k8s::cluster_objects c;
  c.nodes = {make_node("n1").cpu("1").memory("1Gi")};
  c.pods = {make_pod("big").cpu("2").memory("2Gi")};
  CHECK(text_of(judged(c)).find("  no single change lets it fit, of those that berth tries\n") != std::string::npos);
  CHECK(json_of(judged(c)).find(R"("remedies":[],"allTried":true)") != std::string::npos);
}

TEST_CASE("explain: the search for remedies leaves what later pods are judged by as it was") {
  k8s::cluster_objects c;
  c.nodes = {make_node("n1").cpu("2")};
  c.pods = {make_pod("there").cpu("2").on("n1"), make_pod("a").cpu("1"), make_pod("b").cpu("1").memory("1Gi")};
  const std::vector<pod_judgement> all = judged(c), without = judged(c, {.remedies = false});
  for (std::size_t i = 0; i < all.size(); ++i) {
    CHECK(all[i].why.why.message() == without[i].why.why.message());
    CHECK(without[i].remedies == nullptr);
  }
}

// After kubernetes/kubernetes#80035: two pods keep apart, and both of their volumes are on one node.
TEST_CASE("explain: a rule of the pod is dropped, or a pod evicted, before a volume is given up") {
  const file cluster(
      "apart.yaml",
      R"({kind: PersistentVolume, apiVersion: v1, metadata: {name: pv2}, spec: {storageClassName: local, capacity: {storage: 20Gi}, accessModes: [ReadWriteOnce], claimRef: {namespace: default, name: d2}, local: {path: /x}, nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [n1]}]}]}}}, status: {phase: Bound}}
---
{kind: PersistentVolumeClaim, apiVersion: v1, metadata: {name: d2, namespace: default, annotations: {pv.kubernetes.io/bind-completed: "yes"}}, spec: {storageClassName: local, volumeName: pv2, accessModes: [ReadWriteOnce], resources: {requests: {storage: 20Gi}}}, status: {phase: Bound}}
---
{kind: Node, apiVersion: v1, metadata: {name: n1, labels: {kubernetes.io/hostname: n1}}, status: {allocatable: {cpu: "4", memory: 8Gi, pods: "110"}}}
---
{kind: Node, apiVersion: v1, metadata: {name: n2, labels: {kubernetes.io/hostname: n2}}, status: {allocatable: {cpu: "4", memory: 8Gi, pods: "110"}}}
---
{kind: Pod, apiVersion: v1, metadata: {name: pod1, labels: {app: a}}, spec: {nodeName: n1, containers: [{name: c, image: ubuntu}]}}
---
{kind: Pod, apiVersion: v1, metadata: {name: pod2, labels: {app: a}}, spec: {affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{labelSelector: {matchLabels: {app: a}}, topologyKey: kubernetes.io/hostname}]}}, volumes: [{name: s, persistentVolumeClaim: {claimName: d2}}], containers: [{name: c, image: ubuntu}]}}
)");
  const run r = explain({cluster.path(), "", "text", false});
  CHECK(r.out.find("  to fit: drop its podAntiAffinity to app=a per kubernetes.io/hostname (fits on n1)\n"
                   "      or: evict pod default/pod1 (priority 0, the same as this pod's) from n1\n"
                   "      or: do without its volume s (claim d2) (fits on n2)\n") != std::string::npos);
}
