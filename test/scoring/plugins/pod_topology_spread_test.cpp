#include "test/scoring/plugins/one_plugin.hpp"

#include <doctest/doctest.h>

#include <algorithm>

/// What is particular; upstream's own tables are in upstream_tables_test.cpp.
using namespace berth;
using namespace berth::test;

namespace {

constexpr auto fits = "fits";
constexpr auto skewed = "Unschedulable: node(s) didn't match pod topology spread constraints";
constexpr auto no_label =
    "UnschedulableAndUnresolvable: node(s) didn't match pod topology spread constraints (missing required label)";
constexpr auto zone = "topology.kubernetes.io/zone";
constexpr auto host = "kubernetes.io/hostname";

k8s::topology_spread_constraint by(std::string key, std::int32_t max_skew = 1) {
  k8s::topology_spread_constraint c;
  c.topology_key = std::move(key);
  c.max_skew = max_skew;
  c.selector.emplace().match_labels.set("app", "web");
  return c;
}
k8s::topology_spread_constraint wish(std::string key, std::int32_t max_skew = 1) {
  k8s::topology_spread_constraint c = by(std::move(key), max_skew);
  c.do_not_schedule = false;
  return c;
}

make_pod web(std::string name) { return make_pod(std::move(name)).label("app", "web"); }

one_plugin& three_zones(one_plugin& p) {
  p.node(make_node("a1").zone("a")).node(make_node("a2").zone("a"));
  p.node(make_node("b1").zone("b")).node(make_node("c1").zone("c")).node(make_node("none"));
  return p;
}

void select(one_plugin& p, selecting_kind kind, std::string name, const k8s::label_selector& s) {
  p.nodes().workload_selectors().set(kind, {"default", std::move(name)}, s);
}

}  // namespace

TEST_CASE("PodTopologySpread: a term of the pod's node affinity that does not parse lets no node count") {
  one_plugin spread("PodTopologySpread");
  three_zones(spread).placed(web("x").on("a1"));
  const make_pod only_a = web("p").spread(by(zone)).needs_node_with(zone, k8s::selector_operator::in, {"a"});
  CHECK(spread.verdict(only_a, "a2") == fits);
  make_pod or_nonsense = only_a;
  or_nonsense.needs_node_with(zone, k8s::selector_operator::not_in, {"no label!"});
  CHECK(spread.verdict(or_nonsense, "a2") == fits);
}

TEST_CASE("PodTopologySpread: no domain gets more than maxSkew pods beyond the one with the fewest") {
  one_plugin spread("PodTopologySpread");
  three_zones(spread).placed(web("x").on("a1")).placed(web("y").on("b1"));
  const k8s::pod_ptr p = web("p").spread(by(zone));
  CHECK(spread.verdict(p, "a1") == skewed);
  CHECK(spread.verdict(p, "a2") == skewed);
  CHECK(spread.verdict(p, "b1") == skewed);
  CHECK(spread.verdict(p, "c1") == fits);
  CHECK(spread.verdict(p, "none") == no_label);
  spread.placed(web("z").on("c1"));
  CHECK(spread.verdict(p, "a1") == fits);
  spread.gone("default-x");
  CHECK(spread.verdict(p, "b1") == skewed);
  CHECK(spread.verdict(p, "a2") == fits);
}

TEST_CASE(
    "PodTopologySpread: other namespaces and pods that are being deleted do not count, nor does an empty selector") {
  one_plugin spread("PodTopologySpread");
  three_zones(spread)
      .placed(make_pod("x", "other").label("app", "web").on("a1"))
      .placed(web("y").terminating().on("a1"));
  CHECK(spread.verdict(web("p").spread(by(zone)), "a1") == fits);
  auto all = by(zone);
  all.selector.emplace();
  spread.placed(web("z").on("a1"));
  CHECK(spread.verdict(web("p").spread(all), "a1") == fits);
  SUBCASE("with matchLabelKeys it is not empty any more") {
    all.match_label_keys = {"app", "absent"};
    CHECK(spread.verdict(web("p").spread(all), "a1") == skewed);
  }
  SUBCASE("matchLabelKeys without a selector select nobody") {
    auto none = by(zone);
    none.selector.reset();
    none.match_label_keys = {"app"};
    CHECK(spread.verdict(web("p").spread(none), "a1") == fits);
  }
}

TEST_CASE("PodTopologySpread: a domain whose nodes the pod cannot use is not the one with the fewest, unless told so") {
  one_plugin spread("PodTopologySpread");
  three_zones(spread).placed(web("x").on("a1")).node(make_node("b1").zone("b").label("kind", "x"));
  spread.node(make_node("a1").zone("a").label("kind", "x"));
  auto c = by(zone);
  CHECK(spread.verdict(web("p").node_selector("kind", "x").spread(c), "a1") == skewed);
  spread.placed(web("y").on("b1"));
  CHECK(spread.verdict(web("p").node_selector("kind", "x").spread(c), "a1") == fits);
  c.honor_node_affinity = false;
  CHECK(spread.verdict(web("p").node_selector("kind", "x").spread(c), "a1") == skewed);

  spread.node(make_node("c1").zone("c").taint("t"));
  CHECK(spread.verdict(web("p").spread(by(zone)), "a1") == skewed);
  auto honour = by(zone);
  honour.honor_node_taints = true;
  CHECK(spread.verdict(web("p").spread(honour), "a1") == fits);
  CHECK(spread.verdict(web("p").spread(honour).tolerates_all(), "a1") == skewed);
}

TEST_CASE("PodTopologySpread: with fewer domains than minDomains the least is 0") {
  one_plugin spread("PodTopologySpread");
  three_zones(spread).placed(web("x").on("a1")).placed(web("y").on("b1")).placed(web("z").on("c1"));
  auto c = by(zone);
  c.min_domains = 3;
  CHECK(spread.verdict(web("p").spread(c), "a1") == fits);
  c.min_domains = 4;
  CHECK(spread.verdict(web("p").spread(c), "a1") == skewed);
  spread.node(make_node("d1").zone("d"));
  CHECK(spread.verdict(web("p").spread(c), "d1") == fits);
}

TEST_CASE("PodTopologySpread: a node without the label of another constraint counts for none, and is judged in order") {
  one_plugin spread("PodTopologySpread");
  spread.node(make_node("x").label("rack", "r1"))
      .node(make_node("y").label("rack", "r1").zone("a"))
      .node(make_node("z").label("rack", "r2").zone("b"));
  spread.placed(web("1").on("x")).placed(web("2").on("x"));
  const k8s::pod_ptr p = web("p").spread(by("rack")).spread(by(zone));
  CHECK(spread.verdict(p, "y") == fits);
  CHECK(spread.verdict(p, "x") == no_label);
  spread.placed(web("3").on("y"));
  CHECK(spread.verdict(p, "x") == skewed);  // by the first constraint, whose domain it is in
}

TEST_CASE("PodTopologySpread: wishes prefer domains with few pods") {
  one_plugin spread("PodTopologySpread", "", only_scored);
  three_zones(spread).placed(web("x").on("a1")).placed(web("y").on("a2")).placed(web("z").on("b1"));
  CHECK(spread.scores(web("p")).empty());
  CHECK(spread.scores(web("p").spread(by(zone))).empty());
  // ln(5) each: 2 pods in a, 1 in b, none in c; a node without the label gets nothing.
  CHECK(spread.scores(web("p").spread(wish(zone))) == std::vector<std::int64_t>{0, 0, 33, 100, 0});
  SUBCASE("by host each node counts for itself") {
    CHECK(spread.scores(web("p").spread(wish(host))) == std::vector<std::int64_t>{0, 0, 0, 100, 100});
  }
}

TEST_CASE("PodTopologySpread: the pods of a service or workload are spread by kube-scheduler's own wishes") {
  one_plugin spread("PodTopologySpread", "", only_scored);
  three_zones(spread).placed(web("x").on("a1"));
  const make_pod p = web("p").owner("ReplicaSet", "web-1");
  CHECK(spread.scores(p).empty());
  SUBCASE("a service that selects it") {
    select(spread, selecting_kind::service, "s", {k8s::string_map{{"app", "web"}}, {}});
  }
  SUBCASE("the replica set that owns it") {
    select(spread, selecting_kind::replica_set, "web-1", {k8s::string_map{{"app", "web"}}, {}});
  }
  const std::vector<std::int64_t> scores = spread.scores(p);
  REQUIRE(scores.size() == 5);
  CHECK(scores[0] < scores[1]);
  CHECK(scores[1] < scores[2]);
  CHECK(scores[2] == scores[3]);
  CHECK(scores[4] == 100);  // without a zone there is nothing to add for it
  CHECK(spread.scores(web("p").owner("ReplicaSet", "web-1").spread(by(zone))).empty());  // its own, of either kind
  spread.nodes().workload_selectors().remove(selecting_kind::service, {"default", "s"});
  spread.nodes().workload_selectors().remove(selecting_kind::replica_set, {"default", "web-1"});
  CHECK(spread.scores(p).empty());
}

TEST_CASE("PodTopologySpread: default constraints of the profile can forbid") {
  one_plugin spread(
      "PodTopologySpread",
      "{defaultingType: List, defaultConstraints: [{maxSkew: 1, topologyKey: topology.kubernetes.io/zone, "
      "whenUnsatisfiable: DoNotSchedule}]}");
  three_zones(spread).placed(web("x").on("a1"));
  CHECK(spread.verdict(web("p"), "a1") == fits);
  select(spread, selecting_kind::service, "s", {k8s::string_map{{"app", "web"}}, {}});
  CHECK(spread.verdict(web("p"), "a1") == skewed);
  CHECK(spread.verdict(make_pod("other"), "a1") == fits);
  CHECK(spread.verdict(web("p").spread(wish(zone)), "a1") == fits);
}

TEST_CASE("PodTopologySpread: a selector that does not parse ends the cycle with upstream's words") {
  one_plugin spread("PodTopologySpread");
  three_zones(spread);
  auto c = by(zone);
  c.selector->match_expressions.push_back({"app", k8s::selector_operator::in, {}});
  CHECK(
      spread.judge(web("p").spread(c)).error ==
      "running PreFilter plugin \"PodTopologySpread\": get constraints from pod: obtaining pod's hard topology spread "
      "constraints: values: Invalid value: null: for 'in', 'notin' operators, values set can't be empty");
  c.do_not_schedule = false;
  CHECK(
      spread.judge(web("p").spread(c)).error ==
      "running PreScore plugin \"PodTopologySpread\": calculating preScoreState: obtaining pod's soft topology spread "
      "constraints: values: Invalid value: null: for 'in', 'notin' operators, values set can't be empty");
}

TEST_CASE("PodTopologySpread: explain tells the domain, the least and the skew") {
  one_plugin spread("PodTopologySpread");
  three_zones(spread).placed(web("x").on("a1")).placed(web("y").on("a2"));
  std::vector<std::string> told;
  for (const shortfall_summary& s : spread.judge(web("p").spread(by(zone, 2))).shortfalls.told) told.push_back(s.text);
  CHECK(told == std::vector<std::string>{"topology.kubernetes.io/zone a has 2, the least is 0, maxSkew 2 (a1, a2)",
                                         "spreads by topology.kubernetes.io/zone, a label that is missing (none)"});
}

TEST_CASE("PodTopologySpread: a profile that does not ask it at PreScore gets the same scores") {
  using enum extension_point;
  one_plugin asked("PodTopologySpread"), not_asked("PodTopologySpread", "", {filter, score});
  const k8s::pod_ptr p = web("p").spread(wish(zone));
  for (one_plugin* spread : {&asked, &not_asked})
    three_zones(*spread).placed(web("x").on("a1")).placed(web("y").on("b1"));
  const std::vector<std::int64_t> scores = asked.scores(p);
  CHECK(*std::max_element(scores.begin(), scores.end()) > 0);
  CHECK(not_asked.scores(p) == scores);
}
