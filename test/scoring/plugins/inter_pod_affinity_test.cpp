#include "test/scoring/plugins/one_plugin.hpp"

#include <doctest/doctest.h>

/// What is particular; upstream's own tables are in upstream_tables_test.cpp.
using namespace berth;
using namespace berth::test;

namespace {

constexpr auto fits = "fits";
constexpr auto existing = "Unschedulable: node(s) didn't satisfy existing pods anti-affinity rules";
constexpr auto no_affinity = "UnschedulableAndUnresolvable: node(s) didn't match pod affinity rules";
constexpr auto own_anti = "Unschedulable: node(s) didn't match pod anti-affinity rules";
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

k8s::pod_ptr with_affinity(k8s::pod pod, k8s::pod_affinity_term term) {
  k8s::pod_spec spec = *pod.spec;
  spec.pod_affinity_rules.emplace().required.push_back(std::move(term));
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

TEST_CASE("InterPodAffinity: pods of very many labels are told apart as small ones are") {
  one_plugin affinity("InterPodAffinity");
  three_nodes(affinity).placed(make_pod("guard").avoids_pod_with("app", "web", zone).on("a1"));
  const auto large = [](const char* app, const char* in = "default") {
    make_pod pod("p", in);
    for (int i = 0; i < 1000; ++i) pod.label("more-" + std::to_string(i), "");
    return k8s::pod_ptr(pod.label("app", app));
  };
  CHECK(affinity.verdict(large("web"), "a2") == existing);
  CHECK(affinity.verdict(large("db"), "a2") == fits);
  CHECK(affinity.verdict(large("web"), "a2") == existing);
  CHECK(affinity.verdict(large("web", "other"), "a2") == fits);
  CHECK(affinity.verdict(large("web"), "b1") == fits);
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

TEST_CASE("InterPodAffinity: a pod is let in where one that it must be near is, in the whole domain") {
  one_plugin affinity("InterPodAffinity");
  three_nodes(affinity).placed(make_pod("db").label("app", "db").on("a1"));
  const k8s::pod_ptr near_db = make_pod("p").needs_pod_with("app", "db", zone);
  CHECK(affinity.verdict(near_db, "a1") == fits);
  CHECK(affinity.verdict(near_db, "a2") == fits);
  CHECK(affinity.verdict(near_db, "b1") == no_affinity);
  CHECK(affinity.verdict(near_db, "none") == no_affinity);
}

TEST_CASE("InterPodAffinity: one pod must match all terms; two that match one each do not do") {
  one_plugin affinity("InterPodAffinity");
  three_nodes(affinity)
      .placed(make_pod("x").label("app", "db").on("a1"))
      .placed(make_pod("y").label("tier", "back").on("a1"));
  const k8s::pod_ptr both = make_pod("p").needs_pod_with("app", "db", zone).needs_pod_with("tier", "back", zone);
  CHECK(affinity.verdict(both, "a1") == no_affinity);
  affinity.placed(make_pod("z").label("app", "db").label("tier", "back").on("b1"));
  CHECK(affinity.verdict(both, "a1") == no_affinity);
  CHECK(affinity.verdict(both, "b1") == fits);
}

TEST_CASE("InterPodAffinity: the first of a series may go wherever the labels are, while nobody matches anywhere") {
  one_plugin affinity("InterPodAffinity");
  three_nodes(affinity);
  const k8s::pod_ptr first = make_pod("p").label("app", "web").needs_pod_with("app", "web", zone);
  CHECK(affinity.verdict(first, "a1") == fits);
  CHECK(affinity.verdict(first, "b1") == fits);
  CHECK(affinity.verdict(first, "none") == no_affinity);
  CHECK(affinity.verdict(make_pod("q").needs_pod_with("app", "web", zone), "a1") == no_affinity);
  SUBCASE("one on a node without the label does not count") {
    affinity.placed(make_pod("lost").label("app", "web").on("none"));
    CHECK(affinity.verdict(first, "a1") == fits);
  }
  SUBCASE("the second must go where the first is") {
    affinity.placed(make_pod("one").label("app", "web").on("b1"));
    CHECK(affinity.verdict(first, "a1") == no_affinity);
    CHECK(affinity.verdict(first, "b1") == fits);
    affinity.gone("default-one");
    CHECK(affinity.verdict(first, "a1") == fits);
  }
  SUBCASE("one that is being deleted still counts") {
    affinity.placed(make_pod("one").label("app", "web").terminating().on("b1"));
    CHECK(affinity.verdict(first, "a1") == no_affinity);
  }
}

TEST_CASE("InterPodAffinity: a pod keeps out of the domains of those that it must not be near") {
  one_plugin affinity("InterPodAffinity");
  three_nodes(affinity).placed(make_pod("noisy").label("app", "noisy").on("a1"));
  const k8s::pod_ptr quiet = make_pod("p").avoids_pod_with("app", "noisy", zone);
  CHECK(affinity.verdict(quiet, "a2") == own_anti);
  CHECK(affinity.verdict(quiet, "b1") == fits);
  CHECK(affinity.verdict(quiet, "none") == fits);
  CHECK(affinity.message(quiet) == "0/4 nodes are available: 2 node(s) didn't match pod anti-affinity rules.");
}

TEST_CASE("InterPodAffinity: a namespaceSelector of the pod is about the namespaces that are known now") {
  one_plugin affinity("InterPodAffinity");
  three_nodes(affinity).placed(make_pod("db", "blue").label("app", "db").on("a1"));
  k8s::pod_affinity_term term = about("app", "db");
  term.namespace_selector.emplace().match_labels.set("team", "b");
  const k8s::pod_ptr p = with_affinity(make_pod("p"), term);
  CHECK(affinity.verdict(p, "a1") == no_affinity);
  affinity.ns(make_namespace("blue", {{"team", "b"}}));
  CHECK(affinity.verdict(p, "a1") == fits);
  affinity.ns(make_namespace("blue", {{"team", "other"}}));
  CHECK(affinity.verdict(p, "a1") == no_affinity);
  affinity.nodes().remove_namespace("blue");
  CHECK(affinity.verdict(p, "a1") == no_affinity);
  term.namespace_selector.emplace();
  CHECK(affinity.verdict(with_affinity(make_pod("q"), term), "a1") == fits);
}

TEST_CASE("InterPodAffinity: a pod whose terms do not parse is refused by PreFilter, with upstream's words") {
  one_plugin affinity("InterPodAffinity");
  three_nodes(affinity);
  k8s::pod_affinity_term term = about("app", "db");
  term.selector->match_expressions.push_back({"app", k8s::selector_operator::in, {}});
  CHECK(affinity.message(with_affinity(make_pod("p"), term)) ==
        "0/4 nodes are available: parsing pod: requiredAffinityTerms: values: Invalid value: null: for 'in', 'notin' "
        "operators, values set can't be empty.");
}

TEST_CASE(
    "InterPodAffinity: a required term that does not parse makes every node worth a try; a preferred one does not") {
  one_plugin affinity("InterPodAffinity");
  k8s::pod_affinity_term broken = about("app", "db");
  broken.selector->match_expressions.push_back({"app", k8s::selector_operator::in, {}});
  const k8s::node node = make_node("n");
  const auto comes = [&](const k8s::pod_ptr& p) { return affinity.cures(p, node_event(action_add, nullptr, &node)); };
  CHECK(comes(with_affinity(make_pod("p"), broken)));
  k8s::pod wishes = make_pod("q").prefers_pod_with(3, "a", "1", zone);
  k8s::pod_spec spec = *wishes.spec;
  spec.pod_anti_affinity_rules.emplace().preferred.push_back({3, broken});
  wishes.spec = std::make_shared<const k8s::pod_spec>(spec);
  CHECK_FALSE(comes(std::make_shared<const k8s::pod>(wishes)));
}

TEST_CASE("InterPodAffinity: wishes of the pod and of placed pods are added up, and scaled between the extremes") {
  one_plugin affinity("InterPodAffinity", "", only_scored);
  three_nodes(affinity).placed(make_pod("db").label("app", "db").on("a1"));
  CHECK(affinity.scores(make_pod("p")).empty());
  CHECK(affinity.scores(make_pod("p").prefers_pod_with(5, "app", "db", zone)) ==
        std::vector<std::int64_t>{100, 100, 0, 0});
  affinity.placed(make_pod("fan").prefers_pod_with(2, "app", "web", zone).on("b1"));
  CHECK(affinity.scores(make_pod("p").label("app", "web").prefers_pod_with(5, "app", "db", zone)) ==
        std::vector<std::int64_t>{100, 100, 40, 0});
  SUBCASE("a placed pod's required affinity weighs hardPodAffinityWeight") {
    affinity.placed(make_pod("tied").needs_pod_with("app", "web", zone).on("b1"));
    CHECK(affinity.scores(make_pod("p").label("app", "web").prefers_pod_with(6, "app", "db", zone)) ==
          std::vector<std::int64_t>{100, 100, 50, 0});
  }
  SUBCASE("opposite wishes that cancel out are scored all the same") {
    affinity.placed(make_pod("foe").label("app", "db").on("b1"));
    one_plugin alone("InterPodAffinity", "", only_scored);
    three_nodes(alone).placed(make_pod("x").label("a", "1").label("b", "2").on("a1"));
    k8s::pod both = make_pod("p").prefers_pod_with(3, "a", "1", zone);
    k8s::pod_spec spec = *both.spec;
    k8s::pod_affinity_term t = about("b", "2");
    spec.pod_anti_affinity_rules.emplace().preferred.push_back({3, t});
    both.spec = std::make_shared<const k8s::pod_spec>(spec);
    CHECK(alone.scores(std::make_shared<const k8s::pod>(both)) == std::vector<std::int64_t>{0, 0, 0, 0});
  }
}

TEST_CASE("InterPodAffinity: the division comes before the multiplication, so 29 of 100 is 28") {
  one_plugin affinity("InterPodAffinity", "", only_scored);
  three_nodes(affinity)
      .placed(make_pod("x").label("app", "x").on("a1"))
      .placed(make_pod("y").label("app", "y").on("b1"));
  CHECK(affinity.scores(make_pod("p").prefers_pod_with(100, "app", "x", zone).prefers_pod_with(29, "app", "y", zone)) ==
        std::vector<std::int64_t>{100, 100, 28, 0});
}

TEST_CASE("InterPodAffinity: ignorePreferredTermsOfExistingPods skips pods without wishes of their own") {
  for (const bool ignored : {false, true}) {
    one_plugin affinity("InterPodAffinity",
                        ignored ? "ignorePreferredTermsOfExistingPods: true" : "hardPodAffinityWeight: 0", only_scored);
    three_nodes(affinity)
        .placed(make_pod("fan").prefers_pod_with(2, "app", "web", zone).on("b1"))
        .placed(make_pod("tied").needs_pod_with("app", "web", zone).on("a1"));
    CHECK(affinity.scores(make_pod("p").label("app", "web")).empty() == ignored);
    if (!ignored) CHECK(affinity.scores(make_pod("p").label("app", "web")) == std::vector<std::int64_t>{0, 0, 100, 0});
  }
}

TEST_CASE("InterPodAffinity: explain names the pod that is in the way, or who is missing") {
  one_plugin affinity("InterPodAffinity");
  three_nodes(affinity).placed(make_pod("guard").avoids_pod_with("app", "web", zone).on("a1"));
  const auto told = [&](const k8s::pod_ptr& pod) {
    std::vector<std::string> out;
    for (const shortfall_summary& s : affinity.judge(pod).shortfalls.told) out.push_back(s.text);
    return out;
  };
  CHECK(told(make_pod("p").label("app", "web")) ==
        std::vector<std::string>{"default/guard on a1 keeps it away by its anti-affinity in "
                                 "topology.kubernetes.io/zone a (a1, a2)"});
  CHECK(told(make_pod("p").needs_pod_with("app", "db", zone)) ==
        std::vector<std::string>{"no pod of namespace default matches app=db in topology.kubernetes.io/zone a (a1, a2)",
                                 "no pod of namespace default matches app=db in topology.kubernetes.io/zone b (b1)",
                                 "has affinity by topology.kubernetes.io/zone, a label that is missing (none)"});
}

TEST_CASE("InterPodAffinity: a profile that does not ask it at PreScore gets the same scores") {
  using enum extension_point;
  one_plugin asked("InterPodAffinity"), not_asked("InterPodAffinity", "", {filter, score});
  for (one_plugin* affinity : {&asked, &not_asked})
    three_nodes(*affinity).placed(with_affinity(make_pod("x").label("app", "x").on("b1"), about("app", "web")));
  const k8s::pod_ptr web = make_pod("p").label("app", "web");
  const std::vector<std::int64_t> scores = asked.scores(web);
  CHECK(scores == std::vector<std::int64_t>{0, 0, 100, 0});
  CHECK(not_asked.scores(web) == scores);
}
