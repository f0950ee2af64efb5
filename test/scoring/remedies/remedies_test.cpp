#include "scoring/remedies/remedies.hpp"
#include "test/support/objects.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

/// Which single change lets a pod fit that fits nowhere, by the default plugins.

using namespace berth;
using namespace berth::test;
using namespace berth::scoring;

namespace {

class shop {
 public:
  shop& node(k8s::node_ptr n) { return nodes_.set_node(std::move(n)), *this; }
  shop& placed(k8s::pod_ptr pod) { return nodes_.place(nodes_.intern(pod), pod->node_name), *this; }

  remedy_list ask(const k8s::pod_ptr& pod) { return find_remedies(profile_, nodes_.intern(pod), nodes_); }
  std::vector<std::string> told(const k8s::pod_ptr& pod) {
    std::vector<std::string> out;
    for (const remedy& r : ask(pod).told) out.push_back(r.sentence());
    return out;
  }
  /// The first of a kind, or "".
  std::string of(const std::string& change, const k8s::pod_ptr& pod) {
    for (const remedy& r : ask(pod).told)
      if (r.change == change) return r.sentence();
    return "";
  }
  bool fits(const k8s::pod_ptr& pod) {
    cycle_state cycle;
    return !profile_.judge(nodes_.intern(pod), nodes_, nodes_.nodes(), cycle).feasible.empty();
  }
  live_cluster& nodes() { return nodes_; }
  profile& by() { return profile_; }

 private:
  static profile_config configured() {
    profile_config c;
    c.scheduler_name = "berth";
    return c;
  }
  live_cluster nodes_;
  profile profile_{configured(), default_registry()};
};

using texts = std::vector<std::string>;

k8s::topology_spread_constraint over_zones(std::int32_t skew) {
  k8s::topology_spread_constraint c;
  c.max_skew = skew;
  c.topology_key = "topology.kubernetes.io/zone";
  c.selector.emplace();
  c.selector->match_labels.set("app", "web");
  return c;
}

}  // namespace

TEST_CASE("remedies: a pod that fits is told nothing, and without nodes nothing can be done") {
  shop s;
  CHECK(s.told(make_pod("web")).empty());
  s.node(make_node("n1"));
  CHECK(s.told(make_pod("web").cpu("1")).empty());
}

TEST_CASE("remedies: the largest request that fits, and where") {
  shop s;
  s.node(make_node("n1").cpu("4")).node(make_node("n2").cpu("2")).placed(make_pod("there").cpu("750m").on("n1"));
  CHECK(s.told(make_pod("web").cpu("4")) ==
        texts{"ask for 3250m cpu instead of 4, 750m less (fits on n1)",
              "evict pod default/there (priority 0, the same as this pod's) from n1", "add a node like n1"});
  CHECK(s.fits(make_pod("web").cpu("3250m")));
  CHECK_FALSE(s.fits(make_pod("web").cpu("3251m")));
}

TEST_CASE("remedies: an amount that is told as people write it is one that fits") {
  shop s;
  s.node(make_node("n1").memory("17179869185"));  // a byte more than 16Gi
  const remedy_list all = s.ask(make_pod("web").memory("20Gi"));
  REQUIRE(all.told.size() == 1);
  CHECK(all.told[0].to == "16Gi");
  CHECK(all.told[0].from == "20Gi");
  CHECK(s.fits(make_pod("web").memory(all.told[0].to)));
}

TEST_CASE("remedies: what would have to be given up wholly is told last, and what an overhead takes cannot be") {
  shop s;
  s.node(make_node("n1").cpu("4"));
  CHECK(s.told(make_pod("web").request("nvidia.com/gpu", "2")) ==
        texts{"ask for no nvidia.com/gpu instead of 2 (fits on n1)"});
  CHECK(s.told(make_pod("web").cpu("1").overhead({{"cpu", "5"}})).empty());
}

TEST_CASE("remedies: two resources that lack on every node are no single change, one more node is none either") {
  shop s;
  s.node(make_node("n1").cpu("4").memory("8Gi"));
  const remedy_list all = s.ask(make_pod("web").cpu("5").memory("9Gi"));
  CHECK(all.told.empty());
  CHECK(all.complete);
}

TEST_CASE("remedies: one toleration, but none for what is wrong with a node") {
  shop s;
  s.node(make_node("n1").taint("dedicated", "infra"));
  s.node(make_node("n2")
             .taint("node.kubernetes.io/not-ready")
             .taint("node.kubernetes.io/not-ready", "", k8s::taint_effect::no_execute));
  s.node(make_node("n3").unschedulable().taint("node.kubernetes.io/unschedulable"));
  CHECK(s.told(make_pod("web")) ==
        texts{"tolerate the taint dedicated=infra:NoSchedule (fits on n1)", "uncordon node n3",
              "mend node n2, which has the taint node.kubernetes.io/not-ready", "add a node like n2"});
  CHECK(s.fits(make_pod("web").tolerates(
      {"dedicated", k8s::toleration_operator::equal, "infra", k8s::taint_effect::no_schedule})));
}

TEST_CASE(
    "remedies: a node that an autoscaler is about to remove is neither tolerated nor mended, one like it is added") {
  shop s;
  s.node(make_node("n1").taint("ToBeDeletedByClusterAutoscaler", "1"));
  s.node(make_node("n2").taint("karpenter.sh/disrupted").taint("node.kubernetes.io/not-ready"));
  s.node(make_node("n3").taint("node.cilium.io/agent-not-ready"));
  CHECK(s.told(make_pod("web")) ==
        texts{"mend node n3, which has the taint node.cilium.io/agent-not-ready", "add a node like n1"});
}

TEST_CASE("remedies: a rule of nodeSelector dropped, or a node labelled, where people set such labels") {
  shop s;
  s.node(make_node("n1").label("disk", "hdd")).node(make_node("n2"));
  CHECK(
      s.told(make_pod("web").node_selector("disk", "ssd")) ==
      texts{"drop disk=ssd from its nodeSelector (fits on n1 and 1 more node)", "label node n1 disk=ssd, it has hdd"});
  CHECK(s.told(make_pod("web").node_selector("kubernetes.io/arch", "arm64")) ==
        texts{"drop kubernetes.io/arch=arm64 from its nodeSelector (fits on n1 and 1 more node)"});
}

TEST_CASE("remedies: one rule of a required node affinity, or all of it") {
  shop s;
  s.node(make_node("n1").label("disk", "ssd").zone("z1"));
  const auto zone = k8s::selector_operator::in;
  CHECK(s.told(make_pod("web").needs_node_with("zone", zone, {"z2"})) ==
        texts{"drop zone=z2 from its required nodeAffinity (fits on n1)", "label node n1 zone=z2"});
  CHECK(s.told(make_pod("web").needs_node_with("a", zone, {"1"}).needs_node_with("b", zone, {"1"})) ==
        texts{"drop its required nodeAffinity (fits on n1)"});
}

TEST_CASE("remedies: the smallest maxSkew that helps") {
  shop s;
  s.node(make_node("n1").zone("z1")).node(make_node("n2").zone("z2").taint("full"));
  for (const char* name : {"a", "b", "c"}) s.placed(make_pod(name).label("app", "web").on("n1"));
  const auto pod = make_pod("web").label("app", "web").spread(over_zones(1));
  CHECK(s.of("raise-max-skew", pod) ==
        "raise maxSkew of its spread constraint over topology.kubernetes.io/zone from 1 to 4 (fits on n1)");
  CHECK(s.fits(make_pod("web").label("app", "web").spread(over_zones(4))));
  CHECK_FALSE(s.fits(make_pod("web").label("app", "web").spread(over_zones(3))));
}

TEST_CASE("remedies: where nodes lack the topology's label, no skew helps") {
  shop s;
  s.node(make_node("n1"));
  CHECK(s.told(make_pod("web").label("app", "web").spread(over_zones(1))) ==
        texts{"let its spread constraint over topology.kubernetes.io/zone say whenUnsatisfiable: ScheduleAnyway (fits "
              "on n1)",
              "give node n1 the label topology.kubernetes.io/zone, which no node has"});
}

TEST_CASE("remedies: the label of a topology that one node lacks is offered with a value that helps") {
  shop s;
  s.node(make_node("n1").zone("z1")).node(make_node("n2").zone("z2").taint("full")).node(make_node("n3"));
  for (const char* name : {"a", "b"}) s.placed(make_pod(name).label("app", "web").on("n1"));
  CHECK(s.of("label-node", make_pod("web").label("app", "web").spread(over_zones(1))) ==
        "label node n3 topology.kubernetes.io/zone=z2");
  s.placed(make_pod("db").label("app", "db").on("n2"));
  CHECK(s.of("label-node", make_pod("web").needs_pod_with("app", "db", "topology.kubernetes.io/zone")) ==
        "label node n3 topology.kubernetes.io/zone=z2");
  // A node that has the label is in that zone: it is not told to be in another.
  CHECK(s.of("label-node", make_pod("web").node_selector("topology.kubernetes.io/zone", "z9")) ==
        "label node n3 topology.kubernetes.io/zone=z9");
  CHECK(s.of("label-node", make_pod("web").node_selector("node-role.kubernetes.io/worker", "")) ==
        "label node n1 node-role.kubernetes.io/worker=");
}

TEST_CASE("remedies: a host without its own name as a label gets that") {
  shop s;
  k8s::node nameless = *k8s::node_ptr(make_node("n1"));
  nameless.labels.erase("kubernetes.io/hostname");
  s.node(std::make_shared<const k8s::node>(nameless));
  auto rule = over_zones(1);
  rule.topology_key = "kubernetes.io/hostname";
  CHECK(s.of("label-node", make_pod("web").label("app", "web").spread(rule)) ==
        "label node n1 kubernetes.io/hostname=n1");
}

TEST_CASE("remedies: nothing is offered that the API server would refuse") {
  shop s;
  s.node(make_node("n1").zone("z1"));
  const auto in = k8s::selector_operator::in;
  for (const char* key : {"a b", "a/b/c", "-a", "/a"})
    CHECK(s.of("label-node", make_pod("web").node_selector(key, "x")) == "");
  CHECK(s.of("label-node", make_pod("web").node_selector("a", "x y")) == "");
  CHECK(s.of("label-node", make_pod("web").needs_node_with("a", in, {"x y", "z"})) == "");
  // minDomains goes with DoNotSchedule alone, and each key has one constraint of a kind.
  auto rule = over_zones(1);
  rule.min_domains = 3;
  rule.topology_key = "rack";
  CHECK(s.of("spread-anyway", make_pod("web").label("app", "web").spread(rule)) ==
        "let its spread constraint over rack say whenUnsatisfiable: ScheduleAnyway, without minDomains (fits on n1)");
  auto soft = rule;
  soft.do_not_schedule = false;
  CHECK(s.of("spread-anyway", make_pod("web").label("app", "web").spread(rule).spread(soft)) == "");
}

TEST_CASE("remedies: huge pages are asked for by the page") {
  shop s;
  s.node(make_node("n1").allocatable("hugepages-2Mi", "7Mi"));
  CHECK(s.of("request-less", make_pod("web").request("hugepages-2Mi", "8Mi")) ==
        "ask for 6Mi hugepages-2Mi instead of 8Mi, 2Mi less (fits on n1)");
}

TEST_CASE("remedies: on a full node, a pod is not told to ask for nothing") {
  shop s;
  s.node(make_node("n1").cpu("1").memory("1Gi")).placed(make_pod("there").cpu("1").memory("1Gi").on("n1"));
  CHECK(s.told(make_pod("web").cpu("1")) ==
        texts{"evict pod default/there (priority 0, the same as this pod's) from n1", "add a node like n1"});
  CHECK(s.of("request-less", make_pod("web").memory("1Mi")) == "");
}

TEST_CASE("remedies: a pod whose eviction every budget allows goes before one that is protected, which is said") {
  shop s;
  s.node(make_node("n1").cpu("2"));
  s.placed(make_pod("cheap").label("app", "db").cpu("1").on("n1"));
  s.placed(make_pod("dear").cpu("1").priority(5).on("n1"));
  k8s::disruption_budget budget;
  budget.key = {"default", "db"};
  budget.selector.emplace();
  budget.selector->match_labels.set("app", "db");
  s.nodes().set_disruption_budget(std::make_shared<const k8s::disruption_budget>(budget));
  const auto pod = make_pod("web").cpu("1").priority(10);
  CHECK(s.of("evict", pod) == "evict pod default/dear (priority 5) from n1");
  s.nodes().remove("default-dear");
  s.placed(make_pod("agent").cpu("1").owner("DaemonSet", "agent").on("n1"));
  CHECK(s.of("evict", pod) ==
        "evict pod default/cheap (priority 0) from n1, which PodDisruptionBudget default/db does not allow now");
  budget.disruptions_allowed = 1;
  s.nodes().set_disruption_budget(std::make_shared<const k8s::disruption_budget>(budget));
  CHECK(s.of("evict", pod) == "evict pod default/cheap (priority 0) from n1");
}

TEST_CASE("remedies: a pod of lower priority goes first, and one that is above is said to be") {
  shop s;
  s.node(make_node("n1").cpu("2"));
  s.placed(make_pod("above").cpu("1").priority(20).on("n1"))
      .placed(make_pod("static").owner("Node", "n1").cpu("1").on("n1"));
  const auto pod = make_pod("web").cpu("1").priority(10);
  CHECK(s.of("evict", pod) == "evict pod default/above (priority 20, above this pod's 10) from n1");
  CHECK(find_remedies(s.by(), s.nodes().intern(pod), s.nodes(), {.evictions = false}).told.size() + 1 ==
        s.ask(pod).told.size());
}

TEST_CASE("remedies: a new node has the DaemonSets' and the static pods of the one that it is like") {
  shop s;
  s.node(make_node("n1").cpu("4").pods("10"));
  s.placed(make_pod("agent").cpu("1").owner("DaemonSet", "agent").on("n1"));
  s.placed(make_pod("kube-proxy-n1").cpu("1").host_port(80).owner("Node", "n1").on("n1"));
  s.placed(make_pod("web-0").cpu("2").on("n1"));
  CHECK(s.of("add-node", make_pod("web").cpu("2")) == "add a node like n1");
  CHECK(s.of("add-node", make_pod("web").cpu("2100m")) == "");
  CHECK(s.of("add-node", make_pod("web").cpu("1").host_port(80)) == "");
  CHECK(s.nodes().placed_count() == 3);
}

TEST_CASE("remedies: a host port less, or its holder gone") {
  shop s;
  s.node(make_node("n1")).placed(make_pod("db").host_port(5432).on("n1")).placed(make_pod("other").on("n1"));
  CHECK(s.told(make_pod("web").host_port(5432)) ==
        texts{"drop host port 5432/TCP (fits on n1)",
              "evict pod default/db (priority 0, the same as this pod's) from n1", "add a node like n1"});
}

TEST_CASE("remedies: a term of pod affinity or anti-affinity less") {
  shop s;
  s.node(make_node("n1")).placed(make_pod("db").label("app", "db").on("n1"));
  CHECK(s.told(make_pod("web").avoids_pod_with("app", "db", "kubernetes.io/hostname")) ==
        texts{"drop its podAntiAffinity to app=db per kubernetes.io/hostname (fits on n1)",
              "evict pod default/db (priority 0, the same as this pod's) from n1", "add a node like n1"});
  CHECK(s.told(make_pod("web").needs_pod_with("app", "cache", "kubernetes.io/hostname")) ==
        texts{"drop its podAffinity to app=cache per kubernetes.io/hostname (fits on n1)"});
}

TEST_CASE("remedies: a pod that is being deleted is waited for, a DaemonSet's is not evicted, the least goes") {
  shop s;
  s.node(make_node("n1").cpu("4"));
  s.placed(make_pod("agent").cpu("2").owner("DaemonSet", "agent").on("n1"));
  s.placed(make_pod("dear").cpu("1").priority(10).on("n1")).placed(make_pod("cheap").cpu("1").on("n1"));
  const auto pod = make_pod("web").cpu("1");
  CHECK(s.of("evict", pod) == "evict pod default/cheap (priority 0, the same as this pod's) from n1");
  s.placed(make_pod("dear").cpu("1").priority(10).terminating().on("n1"));
  CHECK(s.told(pod).front() == "wait until pod default/dear on n1, which is being deleted, is gone");
}

TEST_CASE("remedies: a claim that is not there is to be made, if the pod would fit with it") {
  shop s;
  s.node(make_node("n1").cpu("1"));
  CHECK(s.told(make_pod("web").volume(k8s::volume_kind::claim, "data")) ==
        texts{"create the claim default/data (fits on n1)"});
  CHECK(s.told(make_pod("web").volume(k8s::volume_kind::ephemeral, "")) ==
        texts{"wait until the claim default/web-v0 of its ephemeral volume has been made (fits on n1)"});
  CHECK(s.told(make_pod("web").cpu("2").volume(k8s::volume_kind::claim, "data")).empty());
  CHECK(s.nodes().storage().claims.size() == 0);
  CHECK(s.nodes().storage().volumes.size() == 0);
}

TEST_CASE("remedies: a claim without a volume is to get one, and done without last") {
  shop s;
  s.node(make_node("n1"));
  k8s::persistent_volume_claim claim;
  claim.key = {"default", "data"};
  claim.class_name = "fast";
  s.nodes().storage().set(std::make_shared<const k8s::persistent_volume_claim>(claim));
  k8s::storage_class immediate;
  immediate.name = "fast";
  immediate.waits_for_first_consumer = false;
  s.nodes().storage().set(std::make_shared<const k8s::storage_class>(immediate));
  CHECK(s.told(make_pod("web").volume(k8s::volume_kind::claim, "data")) ==
        texts{"provide a volume for the claim default/data (fits on n1)",
              "do without its volume v0 (claim data) (fits on n1)"});
  CHECK(*s.nodes().storage().claim({"default", "data"}) == claim);
}

TEST_CASE("remedies: the cluster is afterwards as it was") {
  shop s;
  s.node(make_node("n1").cpu("1").unschedulable().label("a", "b")).node(make_node("n2").cpu("1"));
  s.placed(make_pod("there").cpu("1").on("n2"));
  CHECK_FALSE(s.told(make_pod("web").cpu("1")).empty());
  const live_cluster& nodes = s.nodes();
  CHECK(nodes.node_count() == 2);
  CHECK(nodes.node(nodes.find_node("n1")) == make_node("n1").cpu("1").unschedulable().label("a", "b").build());
  CHECK(nodes.node_name_of("default-there") == "n2");
  CHECK(nodes.requested(cpu)[nodes.find_node("n2")] == 1000);
}

TEST_CASE("remedies: changes of the pod alone write nothing") {
  shop s;
  s.node(make_node("n1").cpu("1").unschedulable()).node(make_node("n2").cpu("1").taint("a"));
  const std::uint64_t before = s.nodes().node_generation();
  const remedy_list all = find_pod_remedies(s.by(), s.nodes().intern(make_pod("web").cpu("1")), s.nodes());
  REQUIRE(all.told.size() == 1);
  CHECK(all.told[0].change == "tolerate");
  CHECK(s.nodes().node_generation() == before);
}

TEST_CASE("remedies: a search ends at its bounds, and says so") {
  shop s;
  s.node(make_node("n1").cpu("100").pods("1000"));
  for (int i = 0; i < 200; ++i)
    s.placed(
        make_pod("p" + std::to_string(i)).cpu("500m").avoids_pod_with("app", "web", "kubernetes.io/hostname").on("n1"));
  const remedy_list all = s.ask(make_pod("web").label("app", "web").needs_node({"n1"}));
  CHECK_FALSE(all.complete);
  CHECK(all.tried <= remedy_bounds().trials);
  const remedy_list few = find_remedies(s.by(), s.nodes().intern(make_pod("web").cpu("101")), s.nodes(), {.trials = 2});
  CHECK_FALSE(few.complete);
  CHECK(few.tried == 2);
}
