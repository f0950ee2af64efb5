#include "scoring/index/live_cluster.hpp"
#include "test/scoring/plugins/one_plugin.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::test;

namespace {

constexpr auto limit_2 = "limit: 2";
const std::string at_2 = "pod limit of the namespace reached (limit 2, placed 2)";
constexpr auto original = "{limit: 6, message: 'POD数量超过，不能调度，最多只能调度{limit}'}";

void add_nodes(one_plugin& p) { p.node(make_node("n1")).node(make_node("n2")).node(make_node("n3")); }

std::string refused(std::string_view args) {
  try {
    one_plugin made("MaxPodCount", args);
  } catch (const configuration_error& e) {
    return e.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("MaxPodCount: the tenth nginx hears the words of the configuration, wherever the plugin is enabled") {
  using point = extension_point;
  for (const std::vector<point>& points :
       {std::vector<point>{}, {point::filter}, {point::pre_filter}, {point::pre_filter, point::filter}}) {
    one_plugin six("MaxPodCount", original, points);
    six.node(make_node("node"));
    for (int i = 0; i < 5; ++i) six.placed(make_pod("nginx-" + std::to_string(i)).on("node"));
    CHECK(six.verdict(make_pod("nginx-9")) == "fits");
    six.placed(make_pod("nginx-5").on("node"));
    CHECK(six.message(make_pod("nginx-9")) == "0/1 nodes are available: 1 POD数量超过，不能调度，最多只能调度6.");
    CHECK(six.verdict(make_pod("nginx-9")) == "UnschedulableAndUnresolvable: POD数量超过，不能调度，最多只能调度6");
  }
}

TEST_CASE("MaxPodCount: at preFilter it refuses all nodes, at filter those that nothing refused before") {
  const auto judged = [](std::string_view point) {
    live_cluster nodes;
    nodes.set_node(make_node("n1").taint("x"));
    nodes.set_node(make_node("n2"));
    profile_config c;
    c.scheduler_name = "berth";
    c.points[static_cast<std::size_t>(extension_point::post_filter)].disabled.push_back({"*", 0, ""});
    for (std::size_t p = 0; p < extension_point_count; ++p)
      if (config_name(static_cast<extension_point>(p)) == point) c.points[p].enabled.push_back({"MaxPodCount", 0, ""});
    if (point == "multiPoint") c.multi_point.enabled.push_back({"MaxPodCount", 0, ""});
    c.arguments.push_back({"MaxPodCount", k8s::value(k8s::value::map{{"limit", 0}}), "args"});
    return profile(c, default_registry()).explain(nodes.intern(make_pod("p")), nodes).why.message();
  };
  CHECK(judged("preFilter") == "0/2 nodes are available: 2 pod limit of the namespace reached (limit 0, placed 0).");
  const std::string beside =
      "0/2 nodes are available: 1 node(s) had untolerated taint(s), 1 pod limit of the namespace reached (limit 0, "
      "placed 0).";
  CHECK(judged("filter") == beside);
  CHECK(judged("multiPoint") == beside);
}

TEST_CASE("MaxPodCount: by default it counts the pods of the pod's namespace, on any node") {
  one_plugin max("MaxPodCount", limit_2);
  add_nodes(max);
  max.placed(make_pod("a").on("n1")).placed(make_pod("b").on("gone")).placed(make_pod("c", "other").on("n1"));
  CHECK(max.verdict(make_pod("p")) == "UnschedulableAndUnresolvable: " + at_2);
  CHECK(max.verdict(make_pod("p", "other")) == "fits");
  CHECK(max.verdict(make_pod("p", "third")) == "fits");
}

TEST_CASE("MaxPodCount: terminating pods count until they are gone, finished ones do not") {
  one_plugin max("MaxPodCount", limit_2);
  add_nodes(max);
  max.placed(make_pod("a").on("n1").terminating()).placed(make_pod("b").on("n1"));
  CHECK(max.verdict(make_pod("p")) != "fits");
  max.gone("default-a");
  CHECK(max.verdict(make_pod("p")) == "fits");
  max.placed(make_pod("a").on("n1"));
  CHECK(max.verdict(make_pod("p")) != "fits");
  max.placed(make_pod("a").on("n1").phase(k8s::pod_phase::succeeded));
  CHECK(max.verdict(make_pod("p")) == "fits");
}

TEST_CASE("MaxPodCount: scope scheduler counts the profile's pods, scope cluster all of them") {
  one_plugin ours("MaxPodCount", "{limit: 2, scope: scheduler}");
  one_plugin all("MaxPodCount", "{limit: 3, scope: cluster}");
  for (one_plugin* max : {&ours, &all}) {
    add_nodes(*max);
    max->placed(make_pod("a").on("n1")).placed(make_pod("b", "other").scheduler("default-scheduler").on("n1"));
    CHECK(max->verdict(make_pod("p", "third")) == "fits");
    max->placed(make_pod("c", "other").on("n2"));
    CHECK(max->verdict(make_pod("p", "third")) != "fits");
  }
}

TEST_CASE("MaxPodCount: a selector says who is counted and who is refused") {
  one_plugin max("MaxPodCount", "{limit: 1, selector: {matchLabels: {app: nginx}}}");
  add_nodes(max);
  max.placed(make_pod("a").on("n1")).placed(make_pod("b").label("app", "redis").on("n1"));
  CHECK(max.verdict(make_pod("p").label("app", "nginx")) == "fits");
  max.placed(make_pod("c").label("app", "nginx").on("n1"));
  CHECK(max.verdict(make_pod("p").label("app", "nginx")) != "fits");
  CHECK(max.verdict(make_pod("p").label("app", "redis")) == "fits");
  CHECK(max.verdict(make_pod("p")) == "fits");
}

TEST_CASE("MaxPodCount: unless it is told otherwise, it says the numbers and what they are of") {
  for (const std::string within : {"namespace", "scheduler", "cluster"}) {
    one_plugin max("MaxPodCount", "{limit: 1, scope: " + within + "}");
    add_nodes(max);
    max.placed(make_pod("a").on("n1")).placed(make_pod("b").on("n2"));
    CHECK(max.message(make_pod("p")) ==
          "0/3 nodes are available: 3 pod limit of the " + within + " reached (limit 1, placed 2).");
  }
}

TEST_CASE("MaxPodCount: the message is a template that knows the limit and how many are placed") {
  one_plugin max("MaxPodCount", "{limit: 0, message: 'only {limit}, really {limit} {pods}'}");
  add_nodes(max);
  CHECK(max.message(make_pod("p")) == "0/3 nodes are available: 3 only 0, really 0 {pods}.");
  one_plugin counted("MaxPodCount", "{limit: 1, message: '{count}/{limit}: {count} {scope}'}");
  add_nodes(counted);
  counted.placed(make_pod("a").on("n1")).placed(make_pod("b").on("n1"));
  CHECK(counted.message(make_pod("p")) == "0/3 nodes are available: 3 2/1: 2 {scope}.");
}

TEST_CASE("MaxPodCount: what is not counted anew is counted right") {
  one_plugin max("MaxPodCount", "limit: 5000");
  add_nodes(max);
  CHECK(max.verdict(make_pod("p")) == "fits");
  for (int i = 0; i < 4999; ++i) max.placed(make_pod("a" + std::to_string(i)).on("n1"));
  CHECK(max.verdict(make_pod("p")) == "fits");  // further behind than the log reaches
  max.placed(make_pod("last").on("n2"));
  CHECK(max.verdict(make_pod("p")) != "fits");
  max.placed(make_pod("last").on("n3"));  // moved
  CHECK(max.verdict(make_pod("p")) != "fits");
  max.gone("default-a7");
  CHECK(max.verdict(make_pod("p")) == "fits");
  max.nodes().remove_node("n1");  // its pods are still bound
  max.placed(make_pod("another").on("n3"));
  CHECK(max.verdict(make_pod("p")) != "fits");
}

TEST_CASE("MaxPodCount: a counted pod cures by going, or by a label that takes it out") {
  one_plugin max("MaxPodCount", "{limit: 1, selector: {matchLabels: {app: nginx}}}");
  const k8s::pod_ptr pod = make_pod("p").label("app", "nginx");
  const k8s::pod counted = make_pod("x").label("app", "nginx").on("n1");
  const k8s::pod relabelled = make_pod("x").label("app", "redis").on("n1");
  const k8s::pod elsewhere = make_pod("x", "other").label("app", "nginx").on("n1");
  const k8s::node node = make_node("n");
  CHECK(max.cures(pod, pod_event(event_resource::assigned_pod, action_delete, &counted, nullptr)));
  CHECK_FALSE(max.cures(pod, pod_event(event_resource::assigned_pod, action_delete, &relabelled, nullptr)));
  CHECK_FALSE(max.cures(pod, pod_event(event_resource::assigned_pod, action_delete, &elsewhere, nullptr)));
  CHECK(max.cures(pod, pod_event(event_resource::assigned_pod, action_update_labels, &counted, &relabelled)));
  CHECK_FALSE(max.cures(pod, pod_event(event_resource::assigned_pod, action_update_labels, &relabelled, &counted)));
  CHECK(max.cures(pod, pod_event(event_resource::target_pod, action_update_labels, pod.get(), &relabelled)));
  CHECK_FALSE(max.cures(pod, node_event(action_add, nullptr, &node)));
}

TEST_CASE("MaxPodCount: arguments are checked") {
  CHECK(refused("") == "profiles[0].pluginConfig[MaxPodCount].args.limit: is required");
  CHECK(refused("limit: -1") == "args.limit: -1 is less than 0");
  CHECK(refused("limit: six") == "args.limit: expected an integer, found a string");
  CHECK(refused("{limit: 6, limmit: 7}") == "args.limmit: unknown field");
  CHECK(refused("{limit: 6, scope: node}") == "args.scope: \"node\" is not one of namespace, scheduler, cluster");
  CHECK(
      refused("{limit: 6, selector: {matchLabels: {'a b': c}}}") ==
      "args.selector.matchLabels.key: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', "
      "'_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or "
      "'123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')");
  CHECK(
      refused("{limit: 6, selector: {matchExpressions: [{key: a, operator: In, values: []}]}}") ==
      "args.selector.matchExpressions[0].values: Invalid value: null: for 'in', 'notin' operators, values set can't be "
      "empty");
  CHECK(refused("[limit]") == "args: expected a map, found a list");
}
