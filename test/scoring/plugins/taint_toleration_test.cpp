#include "test/scoring/plugins/one_plugin.hpp"

#include <doctest/doctest.h>

/// Cases after upstream's plugins/tainttoleration and plugins/nodeunschedulable.
using namespace berth;
using namespace berth::test;
using k8s::taint_effect;

namespace {

using list = std::vector<std::int64_t>;

constexpr auto fits = "fits";
constexpr auto untolerated = "UnschedulableAndUnresolvable: node(s) had untolerated taint(s)";
constexpr auto cordoned = "UnschedulableAndUnresolvable: node(s) were unschedulable";

k8s::toleration equal(std::string key, std::string value, taint_effect e) {
  return {std::move(key), k8s::toleration_operator::equal, std::move(value), e};
}
k8s::toleration exists(std::string key, taint_effect e) {
  return {std::move(key), k8s::toleration_operator::exists, "", e};
}

make_pod with(std::vector<k8s::toleration> tolerations) {
  make_pod pod("p");
  for (k8s::toleration& t : tolerations) pod.tolerates(std::move(t));
  return pod;
}

std::string verdict(const make_pod& pod, const make_node& node) {
  return one_plugin("TaintToleration").node(node).verdict(pod);
}

}  // namespace

TEST_CASE("TaintToleration: NoSchedule and NoExecute refuse, PreferNoSchedule does not") {
  CHECK(verdict(with({}), make_node("n").taint("dedicated", "user1", taint_effect::no_schedule)) == untolerated);
  CHECK(verdict(with({}), make_node("n").taint("dedicated", "user1", taint_effect::no_execute)) == untolerated);
  CHECK(verdict(with({}), make_node("n").taint("dedicated", "user1", taint_effect::prefer_no_schedule)) == fits);
  CHECK(verdict(with({}), make_node("n")) == fits);
}

TEST_CASE("TaintToleration: every such taint must be tolerated") {
  const make_node node = make_node("n").taint("dedicated", "user1", taint_effect::no_schedule);
  CHECK(verdict(with({equal("dedicated", "user1", taint_effect::no_schedule)}), node) == fits);
  CHECK(verdict(with({equal("dedicated", "user2", taint_effect::no_schedule)}), node) == untolerated);
  CHECK(verdict(with({equal("dedicated", "user1", taint_effect::no_execute)}), node) == untolerated);
  CHECK(verdict(with({equal("dedicated", "user1", taint_effect::any)}), node) == fits);
  CHECK(verdict(with({exists("dedicated", taint_effect::no_schedule)}), node) == fits);
  CHECK(verdict(with({exists("", taint_effect::any)}), node) == fits);
  CHECK(verdict(with({exists("dedicated", taint_effect::any)}),
                make_node("n").taint("dedicated", "a").taint("foo", "b")) == untolerated);
}

TEST_CASE("TaintToleration: the fewer untolerated PreferNoSchedule taints the better") {
  constexpr auto soft = taint_effect::prefer_no_schedule;
  const auto scores = [](const make_pod& pod, std::vector<make_node> nodes) {
    one_plugin taints("TaintToleration", "", only_scored);
    for (const make_node& n : nodes) taints.node(n);
    return taints.scores(pod);
  };
  const make_node plain("a");
  const make_node arm = make_node("b").taint("cpu-type", "arm64", soft);
  const make_node arm_ssd = make_node("c").taint("cpu-type", "arm64", soft).taint("disk-type", "ssd", soft);
  CHECK(scores(with({equal("foo", "bar", soft)}),
               {make_node("a").taint("foo", "bar", soft), make_node("b").taint("foo", "blah", soft)}) == list{100, 0});
  CHECK(scores(with({equal("cpu-type", "arm64", soft), equal("disk-type", "ssd", soft)}), {plain, arm, arm_ssd}) ==
        list{100, 100, 100});
  CHECK(scores(with({equal("foo", "bar", soft)}), {plain, arm, arm_ssd}) == list{100, 50, 0});
  CHECK(scores(with({equal("cpu-type", "arm64", taint_effect::no_schedule),
                     equal("disk-type", "ssd", taint_effect::no_schedule)}),
               {plain, make_node("b").taint("cpu-type", "arm64", taint_effect::no_schedule), arm_ssd}) ==
        list{100, 100, 0});
  CHECK(scores(with({}), {plain, arm}) == list{100, 0});
  CHECK(scores(with({exists("", taint_effect::any)}), {plain, arm_ssd}) == list{100, 100});
}

TEST_CASE("TaintToleration: nodes that share a set of taints are judged alike, and one that leaves it is judged anew") {
  one_plugin taints("TaintToleration");
  taints.node(make_node("a").taint("x")).node(make_node("b").taint("x")).node(make_node("c").taint("x").taint("y"));
  CHECK(taints.message(with({exists("x", taint_effect::any)})) ==
        "0/3 nodes are available: 1 node(s) had untolerated taint(s).");
  taints.node(make_node("b"));
  CHECK(taints.verdict(with({}), "a") == untolerated);
  CHECK(taints.verdict(with({}), "b") == fits);
}

TEST_CASE("TaintToleration: a node cures when its taints come to be tolerated, a pod by new tolerations") {
  one_plugin taints("TaintToleration");
  const k8s::pod_ptr pod = with({equal("foo", "bar", taint_effect::no_schedule)});
  const k8s::node right = make_node("n").taint("foo", "bar");
  const k8s::node wrong = make_node("n").taint("foo", "other");
  const k8s::node plain = make_node("n");
  CHECK(taints.cures(pod, node_event(action_add, nullptr, &right)));
  CHECK_FALSE(taints.cures(pod, node_event(action_add, nullptr, &wrong)));
  CHECK(taints.cures(pod, node_event(action_update_taints, &wrong, &right)));
  CHECK(taints.cures(pod, node_event(action_update_taints, &wrong, &plain)));
  CHECK_FALSE(taints.cures(pod, node_event(action_update_taints, &right, &plain)));
  CHECK_FALSE(taints.cures(pod, node_event(action_update_labels, &wrong, &right)));
  CHECK(taints.cures(pod, pod_event(event_resource::target_pod, action_update_tolerations, pod.get(), pod.get())));
}

TEST_CASE("NodeUnschedulable: a cordoned node refuses who does not tolerate it") {
  const auto judged = [](const make_pod& pod, const make_node& node) {
    return one_plugin("NodeUnschedulable").node(node).verdict(pod);
  };
  CHECK(judged(with({}), make_node("n").unschedulable()) == cordoned);
  CHECK(judged(with({}), make_node("n")) == fits);
  CHECK(judged(with({exists("node.kubernetes.io/unschedulable", taint_effect::no_schedule)}),
               make_node("n").unschedulable()) == fits);
  CHECK(judged(with({exists("node.kubernetes.io/unschedulable", taint_effect::no_execute)}),
               make_node("n").unschedulable()) == cordoned);
}

TEST_CASE("NodeUnschedulable: un-cordoning cures, and so does a toleration of it") {
  one_plugin cordon("NodeUnschedulable");
  const k8s::pod_ptr pod = with({});
  const k8s::node closed = make_node("n").unschedulable();
  const k8s::node open = make_node("n");
  const k8s::pod tolerant = with({exists("node.kubernetes.io/unschedulable", taint_effect::any)});
  const k8s::pod unrelated = with({exists("foo", taint_effect::any)});
  CHECK(cordon.cures(pod, node_event(action_add, nullptr, &open)));
  CHECK_FALSE(cordon.cures(pod, node_event(action_add, nullptr, &closed)));
  CHECK(cordon.cures(pod, node_event(action_update_taints, &closed, &open)));
  CHECK_FALSE(cordon.cures(pod, node_event(action_update_taints, &open, &open)));
  CHECK_FALSE(cordon.cures(pod, node_event(action_update_taints, &open, &closed)));
  CHECK(cordon.cures(pod, pod_event(event_resource::target_pod, action_update_tolerations, pod.get(), &tolerant)));
  CHECK_FALSE(
      cordon.cures(pod, pod_event(event_resource::target_pod, action_update_tolerations, pod.get(), &unrelated)));
}
