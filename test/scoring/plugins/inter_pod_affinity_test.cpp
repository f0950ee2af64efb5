#include "test/scoring/plugins/one_plugin.hpp"

#include <doctest/doctest.h>

/// Cases after upstream's plugins/interpodaffinity, filtering_test.go, as far as existing pods' rules go.
using namespace berth;
using namespace berth::test;

namespace {

constexpr auto fits = "fits";
constexpr auto existing = "Unschedulable: node(s) didn't satisfy existing pods anti-affinity rules";
constexpr auto zone = "topology.kubernetes.io/zone";

one_plugin& three_nodes(one_plugin& p) {
  p.node(make_node("a1").zone("a"))
      .node(make_node("a2").zone("a"))
      .node(make_node("b1").zone("b"))
      .node(make_node("none"));
  return p;
}

k8s::pod_affinity_term about(std::string key, std::string value) {
  k8s::pod_affinity_term t;
  t.selector.emplace().match_labels.set(std::move(key), std::move(value));
  t.topology_key = zone;
  return t;
}

// A pod on a1 with this required anti-affinity term.
k8s::pod_ptr guard(k8s::pod_affinity_term term, std::string namespace_ = "default") {
  k8s::pod pod = make_pod("guard", std::move(namespace_)).on("a1");
  k8s::pod_spec spec = *pod.spec;
  spec.pod_anti_affinity_rules.emplace().required.push_back(std::move(term));
  pod.spec = std::make_shared<const k8s::pod_spec>(std::move(spec));
  return std::make_shared<const k8s::pod>(std::move(pod));
}

}  // namespace

TEST_CASE("InterPodAffinity: an existing pod's anti-affinity closes its whole topology domain") {
  one_plugin affinity("InterPodAffinity");
  three_nodes(affinity).placed(make_pod("guard").avoids_pod_with("app", "web", zone).on("a1"));
  const k8s::pod_ptr web = make_pod("p").label("app", "web");
  CHECK(affinity.verdict(web, "a1") == existing);
  CHECK(affinity.verdict(web, "a2") == existing);
  CHECK(affinity.verdict(web, "b1") == fits);
  CHECK(affinity.verdict(web, "none") == fits);
  CHECK(affinity.verdict(make_pod("p").label("app", "db"), "a1") == fits);
}

TEST_CASE("InterPodAffinity: several rules close several domains, a hostname only its node") {
  one_plugin affinity("InterPodAffinity");
  three_nodes(affinity)
      .placed(make_pod("one").avoids_pod_with("app", "web", "kubernetes.io/hostname").on("a2"))
      .placed(make_pod("two").avoids_pod_with("app", "web", zone).on("b1"));
  const k8s::pod_ptr web = make_pod("p").label("app", "web");
  CHECK(affinity.message(web) ==
        "0/4 nodes are available: 2 node(s) didn't satisfy existing pods anti-affinity rules.");
  CHECK(affinity.verdict(web, "a1") == fits);
  CHECK(affinity.verdict(web, "a2") == existing);
  CHECK(affinity.verdict(web, "b1") == existing);
}

TEST_CASE("InterPodAffinity: a rule is about its own namespace, or those that it names, or whose labels it selects") {
  one_plugin affinity("InterPodAffinity");
  three_nodes(affinity).ns(make_namespace("blue", {{"team", "b"}})).ns(make_namespace("red", {{"team", "r"}}));
  const auto closed_to = [&](const std::string& namespace_) {
    return affinity.verdict(make_pod("p", namespace_).label("app", "web"), "a1") == existing;
  };
  k8s::pod_affinity_term term = about("app", "web");
  affinity.placed(guard(term));
  CHECK(closed_to("default"));
  CHECK_FALSE(closed_to("blue"));

  term.namespaces = {"blue"};
  affinity.placed(guard(term));
  CHECK_FALSE(closed_to("default"));
  CHECK(closed_to("blue"));

  term.namespaces.clear();
  term.namespace_selector.emplace().match_labels.set("team", "r");
  affinity.placed(guard(term));
  CHECK_FALSE(closed_to("default"));
  CHECK_FALSE(closed_to("blue"));
  CHECK(closed_to("red"));

  term.namespaces = {"blue"};
  affinity.placed(guard(term));
  CHECK(closed_to("blue"));
  CHECK(closed_to("red"));

  term.namespaces.clear();
  term.namespace_selector.emplace();  // {}: every namespace, known or not
  affinity.placed(guard(term));
  CHECK(closed_to("blue"));
  CHECK(closed_to("unknown"));
}

TEST_CASE("InterPodAffinity: a term without a selector is about nobody, an empty one about all") {
  one_plugin affinity("InterPodAffinity");
  three_nodes(affinity);
  k8s::pod_affinity_term term;
  term.topology_key = zone;
  CHECK(affinity.placed(guard(term)).verdict(make_pod("p"), "a1") == fits);
  term.selector.emplace();
  CHECK(affinity.placed(guard(term)).verdict(make_pod("p"), "a1") == existing);
}

TEST_CASE("InterPodAffinity: preferred rules of existing pods refuse nobody") {
  one_plugin affinity("InterPodAffinity");
  three_nodes(affinity).placed(make_pod("x").prefers_pod_with(100, "app", "web", zone).on("a1"));
  CHECK(affinity.verdict(make_pod("p").label("app", "web"), "a1") == fits);
}

TEST_CASE("InterPodAffinity: a pod with rules of its own waits, as they cannot be judged yet") {
  one_plugin affinity("InterPodAffinity");
  three_nodes(affinity);
  CHECK(affinity.verdict(make_pod("p").needs_pod_with("app", "web", zone)) ==
        "UnschedulableAndUnresolvable: berth does not support pod affinity yet");
  CHECK(affinity.verdict(make_pod("p").prefers_pod_with(1, "app", "web", zone)) ==
        "UnschedulableAndUnresolvable: berth does not support pod affinity yet");
  CHECK(affinity.message(make_pod("p").avoids_pod_with("app", "web", zone)) ==
        "0/4 nodes are available: 4 berth does not support pod anti-affinity yet.");
}

TEST_CASE("InterPodAffinity: the pod whose rule it was cures by going, for own rules only the pod's own update does") {
  one_plugin affinity("InterPodAffinity");
  const k8s::pod_ptr web = make_pod("p").label("app", "web");
  const k8s::pod_ptr choosy = make_pod("q").label("app", "web").needs_pod_with("app", "db", zone);
  const k8s::pod guarding = make_pod("guard").avoids_pod_with("app", "web", zone).on("a1");
  const k8s::pod other = make_pod("guard").avoids_pod_with("app", "db", zone).on("a1");
  const k8s::pod plain = make_pod("x").on("a1");
  const k8s::node node = make_node("n");
  const auto goes = [&](const k8s::pod_ptr& waiting, const k8s::pod& gone) {
    return affinity.cures(waiting, pod_event(event_resource::assigned_pod, action_delete, &gone, nullptr));
  };
  CHECK(goes(web, guarding));
  CHECK_FALSE(goes(web, other));
  CHECK_FALSE(goes(web, plain));
  CHECK(affinity.cures(web, node_event(action_add, nullptr, &node)));
  CHECK_FALSE(goes(choosy, guarding));
  CHECK_FALSE(affinity.cures(choosy, node_event(action_add, nullptr, &node)));
  CHECK(
      affinity.cures(choosy, pod_event(event_resource::target_pod, action_update_labels, choosy.get(), choosy.get())));
}
