#include "test/controller/schedule/consulted_world.hpp"

#include <doctest/doctest.h>

/// Webhooks that have a say in who is evicted.
namespace {

/// Proposes an eviction for each pod, whether it fits or not.
class proposer final : public scoring::plugin, public scoring::pre_filter_plugin {
 public:
  std::string_view name() const override { return "Proposer"; }
  scoring::pre_filter_result pre_filter(const scoring::pod_info&, const scoring::cluster&,
                                        scoring::cycle_state& cycle) const override {
    cycle.out().add(scoring::propose_preemptions{{{"n1", {"default-low"}, 0}}});
    return {scoring::status::ok(), std::nullopt};
  }
};

}  // namespace

TEST_CASE("extenders: what a plugin proposes to evict for a pod that fits is not asked about, and stays") {
  scoring::registry plugins = scoring::default_registry();
  plugins.add("Proposer", [](scoring::arguments& args, const scoring::plugin_context&) {
    args.finish();
    return std::make_unique<proposer>();
  });
  webhook_script a;
  consulted_world w({{judge_of_evictions("a"), &a}}, plugins,
                    controller::parse_configuration("apiVersion: kubescheduler.config.k8s.io/v1\n"
                                                    "kind: KubeSchedulerConfiguration\n"
                                                    "profiles: [{schedulerName: berth, plugins: {multiPoint: "
                                                    "{enabled: [{name: Proposer}]}}}]\n",
                                                    "test"));
  w.create(make_pod("low").on("n1"));
  w.create(make_pod("web").priority(10));
  w.advance(100ms);
  CHECK(w.node_of("web") != "");
  CHECK(w.api.pods.contains({"default", "low"}));
  CHECK(a.count("preempt") == 0);
}

TEST_CASE("extenders: of evictions that one leaves the best is carried out, and victims are as it says") {
  webhook_script a;
  full_world w({{judge_of_evictions("a"), &a}});
  a.answers = says_of_evictions(R"({"NodeNameToMetaVictims":{
      "n3":{"Pods":[{"UID":"default-low-3"}],"NumPDBViolations":0},
      "n2":{"Pods":[{"UID":"default-low-2"}],"NumPDBViolations":0}}})");
  w.preempt();
  CHECK(a.count("preempt") == 1);
  CHECK(a.calls[0].body.find(R"("NodeNameToVictims":null,"NodeNameToMetaVictims":{"n1":{"Pods":[{"UID":)"
                             R"("default-low-1"}],"NumPDBViolations":0})") != std::string::npos);
  CHECK(w.node_of("web") == "n2");
  CHECK(w.evicted(2));
  CHECK_FALSE(w.evicted(1));
  CHECK(w.failure() ==
        "0/3 nodes are available: 3 Insufficient cpu. preemption: found a potential placement for pod on node n2, "
        "preempting 1 victims");
}

TEST_CASE("extenders: what one says of budgets counts, and the next is asked about what it left") {
  webhook_script a;
  webhook_script b;
  full_world w({{judge_of_evictions("a"), &a}, {judge_of_evictions("b"), &b}});
  a.answers = says_of_evictions(R"({"NodeNameToMetaVictims":{
      "n1":{"Pods":[{"UID":"default-low-1"}],"NumPDBViolations":1},
      "n3":{"Pods":[{"UID":"default-low-3"}],"NumPDBViolations":0}}})");
  w.preempt();
  CHECK(webhook_script::victims_of(b.calls.at(0)).size() == 2);
  CHECK(webhook_script::victims_of(b.calls[0]).at("n1").pdb_violations == 1);
  CHECK(w.node_of("web") == "n3");
}

TEST_CASE("extenders: one that has no cache is sent victims whole") {
  webhook_script a;
  full_world w({{judge_of_evictions("a", false), &a}});
  w.preempt();
  CHECK(a.calls.at(0).body.find(
            R"("NodeNameToVictims":{"n1":{"Pods":[{"metadata":{"name":"low-1"}}],"NumPDBViolations":0})") !=
        std::string::npos);
  CHECK(a.calls[0].body.find(R"("NodeNameToMetaVictims":null)") != std::string::npos);
}

TEST_CASE("extenders: where one agrees to no eviction, nobody goes and the nomination stays") {
  webhook_script a;
  full_world w({{judge_of_evictions("a"), &a}});
  a.answers = says_of_evictions(R"({"NodeNameToMetaVictims":{}})");
  w.create(make_pod("web").cpu("1").priority(10).nominated_to("n3"));
  w.advance(100ms);
  CHECK(w.failure() == "0/3 nodes are available: 3 Insufficient cpu. preemption: no candidate node for preemption");
  CHECK(w.nominated() == "n3");
  for (int i = 1; i <= 3; ++i) CHECK_FALSE(w.evicted(i));
}

TEST_CASE("extenders: a failed or lying judge of evictions ends preemption; an ignorable one is passed over") {
  const std::vector<std::pair<webhook_script::answer, std::string>> bad = {
      {webhook_script::status(500), "failed preempt with extender at URL http://a/preempt, code 500"},
      {webhook_script::dead(), "Post \"http://a/preempt\": connection refused"},
      {webhook_script::ok(R"({"NodeNameToMetaVictims":{"n9":{"Pods":[{"UID":"x"}]}}})"),
       "nodeinfo not found for node name \"n9\""},
      {webhook_script::ok(R"({"NodeNameToMetaVictims":{"n1":{"Pods":[{"UID":"default-low-2"}]}}})"),
       "extender: http://a claims to preempt pod (UID: &{default-low-2}) on node: n1, but the pod is not found on that "
       "node"},
      {webhook_script::ok(R"({"NodeNameToMetaVictims":{"n1":{"Pods":[]}}})"),
       "expected at least one victim pod on node \"n1\""},
  };
  for (const auto& [answer, why] : bad) {
    webhook_script a;
    full_world w({{judge_of_evictions("a"), &a}});
    a.answers = [&](const call&) { return answer; };
    w.preempt();
    CHECK(w.failure() == "0/3 nodes are available: 3 Insufficient cpu. preemption: " + why);
    CHECK(w.nominated() == "");
    for (int i = 1; i <= 3; ++i) CHECK_FALSE(w.evicted(i));

    webhook_script b;
    extender_configuration ignorable = judge_of_evictions("a");
    ignorable.ignorable = true;
    full_world other({{ignorable, &b}});
    b.answers = [&](const call&) { return answer; };
    other.preempt();
    // Of an ignorable one that names no victims, the node alone is left out, here the only one.
    CHECK(other.node_of("web") == (why.starts_with("expected") ? "" : "n1"));
  }
}

TEST_CASE("extenders: a victim that goes while one thinks is not chosen, and its node is left out") {
  webhook_script a;
  full_world w({{judge_of_evictions("a"), &a}});
  a.takes = [](const call&) { return controller::duration(2s); };
  w.create(make_pod("web").cpu("1").priority(10));
  w.advance(1s);
  w.nodes().removed(make_node("n1"));
  w.advance(1500ms);
  // Its answer names what it was asked about: that is checked against what there is now.
  CHECK(w.failure().ends_with("preemption: nodeinfo not found for node name \"n1\""));
  CHECK_FALSE(w.evicted(2));
  w.remove("low-3");
  w.advance(5s);
  CHECK(w.node_of("web") == "n3");
}
