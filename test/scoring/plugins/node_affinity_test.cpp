#include "test/scoring/plugins/one_plugin.hpp"

#include <doctest/doctest.h>

/// Cases after upstream's plugins/nodeaffinity, node_affinity_test.go.
using namespace berth;
using namespace berth::test;
using op = k8s::selector_operator;

namespace {

using list = std::vector<std::int64_t>;

constexpr auto fits = "fits";
constexpr auto unmatched = "UnschedulableAndUnresolvable: node(s) didn't match Pod's node affinity/selector";
constexpr auto unmatched_added = "UnschedulableAndUnresolvable: node(s) didn't match scheduler-enforced node affinity";

std::string verdict(const make_pod& pod, const make_node& node, std::string_view args = "") {
  return one_plugin("NodeAffinity", args).node(node).verdict(pod);
}

make_node foo_bar() { return make_node("node1").label("foo", "bar"); }

k8s::node_selector_term term(std::vector<k8s::selector_requirement> labels,
                             std::vector<k8s::selector_requirement> fields = {}) {
  return {std::move(labels), std::move(fields)};
}

k8s::selector_requirement named(std::vector<std::string> names) { return {"metadata.name", op::in, std::move(names)}; }

// A pod with just these terms, of which one must match.
k8s::pod_ptr needing(std::vector<k8s::node_selector_term> terms) {
  k8s::pod pod = make_pod("p").build();
  k8s::pod_spec spec = *pod.spec;
  spec.affinity.emplace().required = k8s::node_selector{std::move(terms)};
  pod.spec = std::make_shared<const k8s::pod_spec>(std::move(spec));
  return std::make_shared<const k8s::pod>(std::move(pod));
}

}  // namespace

TEST_CASE("NodeAffinity: every entry of the node selector must be a label of the node") {
  CHECK(verdict(make_pod("p").node_selector("foo", "bar"), make_node("node1")) == unmatched);
  CHECK(verdict(make_pod("p").node_selector("foo", "bar"), foo_bar()) == fits);
  CHECK(verdict(make_pod("p").node_selector("foo", "bar"), foo_bar().label("baz", "blah")) == fits);
  CHECK(verdict(make_pod("p").node_selector("foo", "bar").node_selector("baz", "blah"), foo_bar()) == unmatched);
  CHECK(verdict(make_pod("p"), make_node("node1")) == fits);
}

TEST_CASE("NodeAffinity: each operator of a required term") {
  CHECK(verdict(make_pod("p").needs_node_with("foo", op::in, {"bar", "value2"}), foo_bar()) == fits);
  CHECK(verdict(make_pod("p").needs_node_with("foo", op::in, {"value1", "value2"}), foo_bar()) == unmatched);
  CHECK(verdict(make_pod("p").needs_node_with("kernel", op::gt, {"0204"}), make_node("n").label("kernel", "0206")) ==
        fits);
  CHECK(verdict(make_pod("p").needs_node_with("kernel", op::lt, {"204"}), make_node("n").label("kernel", "206")) ==
        unmatched);
  CHECK(verdict(make_pod("p").needs_node_with("mem-type", op::not_in, {"DDR", "DDR2"}), make_node("n")) == fits);
  CHECK(verdict(make_pod("p").needs_node_with("GPU", op::exists), make_node("n").label("GPU", "NVIDIA")) == fits);
  CHECK(verdict(make_pod("p").needs_node_with("foo", op::does_not_exist), foo_bar()) == unmatched);
  CHECK(verdict(make_pod("p").needs_node_with("foo", op::gt, {"not a number"}), foo_bar()) == unmatched);
}

TEST_CASE("NodeAffinity: terms are alternatives, their expressions are not, and an empty one matches nothing") {
  one_plugin affinity("NodeAffinity");
  affinity.node(make_node("node1").label("GPU", "NVIDIA-GRID-K1"));
  const k8s::selector_requirement exists{"GPU", op::exists, {}}, in{"GPU", op::in, {"NVIDIA-GRID-K1"}},
      not_in{"GPU", op::not_in, {"NVIDIA-GRID-K1"}};
  CHECK(affinity.verdict(needing({term({exists, in})})) == fits);
  CHECK(affinity.verdict(needing({term({exists, not_in})})) == unmatched);
  CHECK(affinity.verdict(needing({term({not_in}), term({exists})})) == fits);
  CHECK(affinity.verdict(needing({term({})})) == unmatched);
  CHECK(affinity.verdict(needing({})) == unmatched);
}

TEST_CASE("NodeAffinity: a term with what can be no label matches nothing, and leaves the others their chance") {
  one_plugin affinity("NodeAffinity");
  affinity.node(make_node("node1").label("size", "5"));
  const k8s::selector_requirement exists{"size", op::exists, {}};
  for (const k8s::selector_requirement& odd :
       std::vector<k8s::selector_requirement>{{"size", op::not_in, {"-3"}},
                                              {"size", op::gt, {"-1"}},
                                              {"not a key", op::does_not_exist, {}},
                                              {"x", op::not_in, {}}}) {
    CHECK(affinity.verdict(needing({term({odd})})) == unmatched);
    CHECK(affinity.verdict(needing({term({odd}), term({exists})})) == fits);
  }
  CHECK(affinity.verdict(needing({term({exists}, {{"metadata.name", op::exists, {}}})})) == unmatched);
}

TEST_CASE("NodeAffinity: the node selector and the affinity must both match") {
  CHECK(verdict(make_pod("p").node_selector("foo", "bar").needs_node_with("foo", op::exists), foo_bar()) == fits);
  CHECK(verdict(make_pod("p").node_selector("foo", "bar").needs_node_with("foo", op::exists),
                make_node("node1").label("foo", "other")) == unmatched);
}

TEST_CASE("NodeAffinity: terms that all name nodes leave only those to be looked at") {
  one_plugin affinity("NodeAffinity");
  affinity.node(foo_bar()).node(make_node("node2").label("foo", "bar")).node(make_node("node3"));
  const auto message = [&](std::vector<k8s::node_selector_term> terms) {
    return affinity.message(needing(std::move(terms)));
  };
  const k8s::selector_requirement label{"foo", op::in, {"bar"}}, other{"foo", op::in, {"not-match-to-bar"}};

  CHECK(affinity.verdict(needing({term({}, {named({"node1"})})}), "node1") == fits);
  CHECK(affinity.verdict(needing({term({}, {named({"node1"})})}), "node2") ==
        "UnschedulableAndUnresolvable: node(s) didn't satisfy plugin(s) [NodeAffinity]");
  CHECK(affinity.verdict(needing({term({}, {named({"node1"})}), term({}, {named({"node2"})})}), "node2") == fits);
  // A term without a name leaves every node a chance.
  CHECK(affinity.verdict(needing({term({}, {named({"node1"})}), term({label})}), "node2") == fits);
  CHECK(affinity.verdict(needing({term({}, {named({"node1"})}), term({other})}), "node2") == unmatched);
  CHECK(message({term({other}, {named({"node1"})})}) ==
        "0/3 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, "
        "2 node(s) didn't satisfy plugin(s) [NodeAffinity].");
  CHECK(message({term({}, {named({"node4"})})}) ==
        "0/3 nodes are available: 3 node(s) didn't satisfy plugin(s) [NodeAffinity].");
}

TEST_CASE("NodeAffinity: names that no node can have at once are a conflict") {
  one_plugin affinity("NodeAffinity");
  affinity.node(foo_bar()).node(make_node("node2"));
  const k8s::pod_ptr pod = needing({term({}, {named({"node1"}), named({"node2"})})});
  CHECK(affinity.message(pod) == "0/2 nodes are available: pod affinity terms conflict.");
  CHECK(affinity.verdict(pod) == "UnschedulableAndUnresolvable: pod affinity terms conflict");
}

TEST_CASE("NodeAffinity: without its PreFilter the Filter says the same") {
  one_plugin affinity("NodeAffinity", "", {extension_point::filter});
  affinity.node(foo_bar());
  CHECK(affinity.verdict(make_pod("p").node_selector("foo", "bar")) == fits);
  CHECK(affinity.verdict(make_pod("p").needs_node_with("foo", op::in, {"other"})) == unmatched);
}

TEST_CASE("NodeAffinity: addedAffinity binds every pod, and is blamed first") {
  constexpr auto zone_bar = R"(
    addedAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
        nodeSelectorTerms: [{matchExpressions: [{key: zone, operator: In, values: [bar]}]}])";
  CHECK(verdict(make_pod("p"), make_node("n").label("zone", "bar"), zone_bar) == fits);
  CHECK(verdict(make_pod("p"), make_node("n").label("zone", "foo"), zone_bar) == unmatched_added);
  CHECK(verdict(make_pod("p").node_selector("foo", "bar"), make_node("n").label("zone", "bar"), zone_bar) == unmatched);
  CHECK(verdict(make_pod("p").node_selector("foo", "bar"), make_node("n"), zone_bar) == unmatched_added);
}

TEST_CASE("NodeAffinity: the weights of matching preferred terms, the largest sum being 100") {
  one_plugin affinity("NodeAffinity");
  affinity.node(make_node("n1").label("foo", "bar")).node(make_node("n2").label("key", "value"));
  affinity.node(make_node("n3").label("foo", "bar").label("key", "value").label("az", "az1"));
  CHECK(affinity.scores(make_pod("p")).empty());
  CHECK(affinity.scores(make_pod("p").prefers_node_with(2, "az", {"az9"})) == list{0, 0, 0});
  CHECK(affinity.scores(make_pod("p")
                            .prefers_node_with(2, "foo", {"bar"})
                            .prefers_node_with(4, "key", {"value"})
                            .prefers_node_with(5, "az", {"az1"})) == list{18, 36, 100});
}

TEST_CASE("NodeAffinity: addedAffinity's preferences count beside the pod's") {
  constexpr auto prefers = R"(
    addedAffinity:
      preferredDuringSchedulingIgnoredDuringExecution:
      - {weight: 5, preference: {matchExpressions: [{key: key, operator: In, values: [value]}]}}
      - {weight: 7, preference: {}})";
  one_plugin affinity("NodeAffinity", prefers);
  affinity.node(make_node("n1").label("foo", "bar")).node(make_node("n2").label("key", "value"));
  CHECK(affinity.scores(make_pod("p")) == list{0, 100});
  CHECK(affinity.scores(make_pod("p").prefers_node_with(2, "foo", {"bar"})) == list{40, 100});
}

TEST_CASE("NodeAffinity: preferred terms that make no sense are an error of the cycle") {
  one_plugin affinity("NodeAffinity");
  affinity.node(make_node("n1")).node(make_node("n2"));
  const std::string why =
      "[0].matchExpressions[0].values: Invalid value: null: for 'in', 'notin' operators, values set can't be empty";
  CHECK(affinity.verdict(make_pod("p").prefers_node_with(5, "foo", {})) ==
        "running PreScore plugin \"NodeAffinity\": " + why);
  CHECK(affinity.scores(make_pod("p").prefers_node_with(0, "foo", {})) == list{0, 0});
  one_plugin score_alone("NodeAffinity", "", {extension_point::score});
  score_alone.node(make_node("n1")).node(make_node("n2"));
  CHECK(score_alone.verdict(make_pod("p").prefers_node_with(5, "foo", {})) ==
        "running Score plugins: plugin \"NodeAffinity\" failed with: " + why);
}

TEST_CASE("NodeAffinity: preferred terms that make no sense do not matter where there is nothing to choose") {
  one_plugin affinity("NodeAffinity");
  affinity.node(make_node("n1"));
  CHECK(affinity.verdict(make_pod("p").prefers_node_with(5, "foo", {})) == "fits");
}

TEST_CASE("NodeAffinity: a required term that does not parse matches no node, and any node may cure that") {
  one_plugin affinity("NodeAffinity");
  const k8s::node node = make_node("n1").label("cores", "8");
  affinity.node(std::make_shared<const k8s::node>(node));
  const k8s::pod_ptr pod = make_pod("p").needs_node_with("cores", k8s::selector_operator::gt, {"1.5"});
  const k8s::pod_ptr beside = make_pod("q")
                                  .needs_node_with("cores", k8s::selector_operator::gt, {"1.5"})
                                  .needs_node_with("cores", k8s::selector_operator::gt, {"5"});
  CHECK(affinity.verdict(pod) == "UnschedulableAndUnresolvable: node(s) didn't match Pod's node affinity/selector");
  CHECK(affinity.verdict(beside) == "fits");
  CHECK(affinity.cures(pod, node_event(action_update_labels, &node, &node)));
  CHECK_FALSE(affinity.cures(beside, node_event(action_update_labels, &node, &node)));
  const k8s::pod_ptr elsewhere =
      make_pod("r").node_selector("a", "b").needs_node_with("cores", k8s::selector_operator::gt, {"1.5"});
  CHECK_FALSE(affinity.cures(elsewhere, node_event(action_add, nullptr, &node)));
}

TEST_CASE("NodeAffinity: an addedAffinity that does not parse is refused in upstream's words, all of them") {
  const auto refused = [](const char* added) -> std::string {
    try {
      one_plugin affinity("NodeAffinity", added);
    } catch (const configuration_error& e) {
      return e.what();
    }
    return "accepted";
  };
  CHECK(refused(R"({addedAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [
      {matchExpressions: [{key: a, operator: Like}]}]}, preferredDuringSchedulingIgnoredDuringExecution: [
      {weight: 0, preference: {matchExpressions: [{key: a, operator: Gt, values: [x]}]}},
      {weight: 1, preference: {matchExpressions: [{key: a, operator: Gt, values: [x]}]}}]}})") ==
        "[args.addedAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0]."
        "operator: Unsupported value: \"Like\": supported values: \"In\", \"NotIn\", \"Exists\", \"DoesNotExist\", "
        "\"Gt\", \"Lt\", args.addedAffinity.preferredDuringSchedulingIgnoredDuringExecution[1].matchExpressions[0]."
        "values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer]");
  CHECK(refused(R"({addedAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [
      {matchFields: [{key: metadata.uid, operator: In, values: [x]}]}]}}})") == "accepted");
}

TEST_CASE("NodeAffinity: a node cures when it comes to match") {
  one_plugin affinity("NodeAffinity", R"(
    addedAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
        nodeSelectorTerms: [{matchExpressions: [{key: zone, operator: Exists}]}])");
  const k8s::pod_ptr pod = make_pod("p").node_selector("foo", "bar");
  const k8s::node right = make_node("n").label("foo", "bar").label("zone", "a");
  const k8s::node no_zone = make_node("n").label("foo", "bar");
  const k8s::node no_foo = make_node("n").label("zone", "a");
  CHECK(affinity.cures(pod, node_event(action_add, nullptr, &right)));
  CHECK_FALSE(affinity.cures(pod, node_event(action_add, nullptr, &no_foo)));
  CHECK_FALSE(affinity.cures(pod, node_event(action_add, nullptr, &no_zone)));
  CHECK(affinity.cures(pod, node_event(action_update_labels, &no_foo, &right)));
  CHECK(affinity.cures(pod, node_event(action_update_labels, &no_zone, &right)));
  CHECK_FALSE(affinity.cures(pod, node_event(action_update_labels, &right, &right)));
  CHECK_FALSE(affinity.cures(pod, node_event(action_update_labels, &right, &no_foo)));
  CHECK_FALSE(affinity.cures(pod, node_event(action_update_taints, &no_foo, &right)));
}
