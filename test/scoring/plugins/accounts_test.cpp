#include "scoring/explain/rule_shortfalls.hpp"
#include "test/scoring/plugins/one_plugin.hpp"

#include <doctest/doctest.h>

/// What the plugins add to `berth explain`: amounts, taints, rules, ports.

using namespace berth;
using namespace berth::test;

namespace {

using texts = std::vector<std::string>;

texts told(one_plugin& p, const k8s::pod_ptr& pod) {
  texts out;
  for (const shortfall_summary& s : p.judge(pod).shortfalls.told) out.push_back(s.text);
  return out;
}

k8s::selector_requirement wanted(std::string key, k8s::selector_operator op, std::vector<std::string> values = {}) {
  return {std::move(key), op, std::move(values)};
}

}  // namespace

TEST_CASE("accounts: NodeResourcesFit tells each resource that lacks, and what is free of it") {
  one_plugin fit("NodeResourcesFit");
  fit.node(make_node("n1").cpu("4").memory("8Gi")).node(make_node("n2").cpu("8").memory("2Gi"));
  fit.placed(make_pod("there").cpu("750m").on("n1")).placed(make_pod("here").cpu("7").on("n2"));
  CHECK(told(fit, make_pod("web").cpu("4")) == texts{"needs 4 cpu, most free is 3250m on n1 (n1, n2)"});
  CHECK(told(fit, make_pod("web").cpu("3500m").memory("3Gi")) ==
        texts{"needs 3500m cpu, most free is 3250m on n1 (n1, n2)",
              "needs 3Gi memory, most free is 2Gi on n2, and none is larger than 2Gi"});
  CHECK(told(fit, make_pod("web").cpu("100m")).empty());
}

TEST_CASE("accounts: NodeResourcesFit tells of a resource that no node has, and of one that only others have") {
  one_plugin fit("NodeResourcesFit");
  for (int i = 0; i < 5; ++i) fit.node(make_node("n" + std::to_string(i)));
  CHECK(told(fit, make_pod("ml").request("nvidia.com/gpu", "2")) ==
        texts{"needs 2 nvidia.com/gpu: no node has nvidia.com/gpu (5 nodes)"});
  fit.node(make_node("gpu").allocatable("nvidia.com/gpu", "2").cpu("1"));
  CHECK(told(fit, make_pod("ml").request("nvidia.com/gpu", "2").cpu("2")) ==
        texts{"needs 2 nvidia.com/gpu, these nodes have none (5 nodes)",
              "needs 2 cpu, most free is 1 on gpu, and none is larger than 1"});
  fit.placed(make_pod("old").request("nvidia.com/gpu", "1").on("gpu"));
  CHECK(told(fit, make_pod("ml").request("nvidia.com/gpu", "2")) ==
        texts{"needs 2 nvidia.com/gpu, most free is 1 on gpu (6 nodes)"});
}

TEST_CASE("accounts: NodeResourcesFit tells how many pods a full node has") {
  one_plugin fit("NodeResourcesFit");
  fit.node(make_node("n1").pods("2")).placed(make_pod("a").on("n1")).placed(make_pod("b").on("n1"));
  CHECK(told(fit, make_pod("web")) == texts{"no room for one more pod: 2 of 2 pods on n1"});
}

TEST_CASE("accounts: NodeResourcesFit leaves out what it ignores, and names a few dozen of thousands") {
  one_plugin fit("NodeResourcesFit", "{ignoredResources: [example.com/foo]}");
  fit.node(make_node("n1"));
  CHECK(told(fit, make_pod("web").request("example.com/foo", "1")).empty());
  make_pod many("many");
  for (int i = 0; i < 2000; ++i) many.request("example.com/r" + std::to_string(i), "1");
  const shortfall_list list = fit.judge(many).shortfalls;
  CHECK(list.told.size() > 10);
  CHECK(list.told.size() + list.untold < 100);
}

TEST_CASE("accounts: TaintToleration tells every taint that keeps the pod away") {
  one_plugin taints("TaintToleration");
  for (int i = 0; i < 4; ++i) taints.node(make_node("infra" + std::to_string(i)).taint("dedicated", "infra"));
  taints.node(make_node("odd")
                  .taint("dedicated", "infra")
                  .taint("gpu", "", k8s::taint_effect::no_execute)
                  .taint("soft", "", k8s::taint_effect::prefer_no_schedule));
  CHECK(told(taints, make_pod("web")) ==
        texts{"dedicated=infra:NoSchedule is not tolerated (5 nodes)", "gpu:NoExecute is not tolerated (odd)"});
  CHECK(told(taints, make_pod("web").tolerates({"dedicated", k8s::toleration_operator::exists, "", {}})) ==
        texts{"gpu:NoExecute is not tolerated (odd)"});
}

TEST_CASE("accounts: NodeAffinity tells the rule that a node breaks, and what the node has instead") {
  one_plugin affinity("NodeAffinity");
  affinity.node(make_node("n1").label("disktype", "hdd")).node(make_node("n2")).node(make_node("n3").zone("a"));
  CHECK(told(affinity, make_pod("web").node_selector("disktype", "ssd")) ==
        texts{"nodeSelector wants disktype=ssd, which no node has: disktype=hdd on n1 (n1, n2, n3)"});
  affinity.node(make_node("n4").label("disktype", "ssd"));
  CHECK(told(affinity, make_pod("web").node_selector("disktype", "ssd")) ==
        texts{"nodeSelector wants disktype=ssd: disktype=hdd on n1 (n1, n2, n3)"});
  using enum k8s::selector_operator;
  const std::string zone = "topology.kubernetes.io/zone";
  CHECK(told(affinity, make_pod("web").needs_node_with(zone, in, {"b", "c"})) ==
        texts{"nodeAffinity wants " + zone + " in (b, c), which no node has: no " + zone + " on n1 (4 nodes)"});
  CHECK(told(affinity, make_pod("web").needs_node_with("disktype", not_in, {"hdd"})) ==
        texts{"nodeAffinity wants disktype!=hdd: disktype=hdd on n1"});
  CHECK(told(affinity, make_pod("web").needs_node_with("disktype", exists).needs_node_with(zone, in, {"b"})) ==
        texts{"none of its 2 required nodeAffinity terms matches (n2, n3)"});
}

TEST_CASE("accounts: NodeAffinity tells of nodes that its PreFilter left out") {
  one_plugin affinity("NodeAffinity");
  affinity.node(make_node("n1")).node(make_node("n2"));
  CHECK(told(affinity, make_pod("web").needs_node({"n3"})) ==
        texts{"nodeAffinity wants metadata.name=n3, which no node has (n1, n2)"});
}

TEST_CASE("accounts: NodeAffinity tells of the profile's own rules, and of a term that matches nothing") {
  one_plugin affinity("NodeAffinity",
                      "{addedAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: "
                      "[{matchExpressions: [{key: pool, operator: Exists}]}]}}}");
  affinity.node(make_node("n1")).node(make_node("n2").label("pool", "a"));
  CHECK(told(affinity, make_pod("web")) == texts{"the profile's addedAffinity does not match (n1)"});
  using enum k8s::selector_operator;
  CHECK(
      told(affinity, make_pod("web").needs_node_with("cores", gt, {"many"})) ==
      texts{"the profile's addedAffinity does not match (n1)", "its required nodeAffinity term matches no node (n2)"});
}

TEST_CASE("accounts: NodePorts tells who holds the port") {
  one_plugin ports("NodePorts");
  for (int i = 0; i < 4; ++i) {
    const std::string n = std::to_string(i);
    ports.node(make_node("n" + n));
    ports.placed(make_pod("ingress-" + n, "kube-system").owner("DaemonSet", "ingress").host_port(8080).on("n" + n));
  }
  ports.node(make_node("n9")).placed(make_pod("alone").host_port(53, "UDP", "127.0.0.1").on("n9"));
  CHECK(told(ports, make_pod("web").host_port(8080)) ==
        texts{"host port 8080/TCP is held by DaemonSet kube-system/ingress: kube-system/ingress-0 on n0 (4 nodes)"});
  CHECK(told(ports, make_pod("dns").host_port(53, "UDP")) ==
        texts{"host port 53/UDP is held by pod default/alone (n9)"});
  CHECK(told(ports, make_pod("dns").host_port(53, "UDP", "10.0.0.1")).empty());
  ports.placed(make_pod("etcd-n9", "kube-system").owner("Node", "n9").host_port(2379).on("n9"));
  CHECK(told(ports, make_pod("web").host_port(2379)) ==
        texts{"host port 2379/TCP is held by static pod kube-system/etcd-n9 (n9)"});
}

TEST_CASE("accounts: NodeUnschedulable counts cordoned nodes") {
  one_plugin cordon("NodeUnschedulable");
  for (int i = 0; i < 7; ++i) cordon.node(make_node("n" + std::to_string(i)).unschedulable());
  CHECK(told(cordon, make_pod("web")) == texts{"cordoned (7 nodes)"});
}

TEST_CASE("accounts: rules are written as `kubectl get -l` has them, and long ones are cut") {
  using enum k8s::selector_operator;
  CHECK(requirement_text(wanted("zone", in, {"a", "b"})) == "zone in (a, b)");
  CHECK(requirement_text(wanted("zone", in, {"a"})) == "zone=a");
  CHECK(requirement_text(wanted("zone", not_in, {"a", "b"})) == "zone notin (a, b)");
  CHECK(requirement_text(wanted("zone", exists)) == "zone");
  CHECK(requirement_text(wanted("zone", does_not_exist)) == "!zone");
  CHECK(requirement_text(wanted("cores", gt, {"4"})) == "cores > 4");
  CHECK(requirement_text(wanted("cores", lt, {"4"})) == "cores < 4");
  CHECK(requirement_text(wanted("zone", in, {"a", "b", "c", "d", "e", "f", "g"})) ==
        "zone in (a, b, c, d, e and 2 more)");
}
