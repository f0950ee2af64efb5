#include "test/scoring/fakes.hpp"

#include "scoring/index/live_cluster.hpp"
#include "test/support/objects.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::test;

/// What a profile answers the queue.
namespace {

cluster_event node_label_change() {
  cluster_event e;
  e.resource = event_resource::node;
  e.actions = action_update_labels;
  e.label = "NodeLabelChange";
  return e;
}

}  // namespace

TEST_CASE("profile: the first plugin that holds a pod back is named") {
  fake_profile f;
  f.add<of<fake_pre_enqueue>>("A", [](auto& a) { a.on_pre_enqueue = [](auto&) { return status::ok(); }; });
  f.add<of<fake_pre_enqueue>>("B",
                              [](auto& b) { b.on_pre_enqueue = [](auto&) { return status::unresolvable("gated"); }; });
  f.add<of<fake_pre_enqueue>>("C", [](auto& c) { c.on_pre_enqueue = [](auto&) { return status::refuse("later"); }; });
  live_cluster nodes;
  const status s = f.make().pre_enqueue(nodes.intern(make_pod("a")), nodes);
  CHECK(s.plugin == "B");
  CHECK(s.message() == "gated");
}

TEST_CASE("profile: an event is worth another try where a refusing plugin wants to hear of it, and its hint agrees") {
  fake_profile f;
  bool hint = true;
  f.add<of<fake_filter>>("Nodes", [&](auto& p) {
    p.interests = {{event_resource::node, action_add | action_update_labels}};
    p.hint = [&](auto&&...) { return hint; };
  });
  f.add<of<fake_filter>>("Pods", [](auto& p) { p.interests = {{event_resource::assigned_pod, action_delete}}; });
  f.add<of<fake_filter>>("Never", [](auto& p) { p.interests = {}; });
  const profile p = f.make();
  live_cluster nodes;
  const pod_info pod = nodes.intern(make_pod("a"));

  CHECK(p.queueing_hint(pod, {"Nodes"}, node_label_change()));
  CHECK(p.queueing_hint(pod, {"Never", "Nodes"}, node_label_change()));
  CHECK_FALSE(p.queueing_hint(pod, {"Pods"}, node_label_change()));
  CHECK_FALSE(p.queueing_hint(pod, {"Never"}, node_label_change()));
  cluster_event taints = node_label_change();
  taints.actions = action_update_taints;
  CHECK_FALSE(p.queueing_hint(pod, {"Nodes"}, taints));
  hint = false;
  CHECK_FALSE(p.queueing_hint(pod, {"Nodes"}, node_label_change()));
}

TEST_CASE(
    "profile: a refusal by nobody or by a stranger, and the event that means anything, are always worth another try") {
  fake_profile f;
  f.add<of<fake_filter>>("Never", [](auto& p) { p.interests = {}; });
  const profile p = f.make();
  live_cluster nodes;
  const pod_info pod = nodes.intern(make_pod("a"));
  CHECK(p.queueing_hint(pod, {}, node_label_change()));
  CHECK(p.queueing_hint(pod, {"Extender"}, node_label_change()));
  CHECK(p.queueing_hint(pod, {"Never"}, cluster_event{}));
}

TEST_CASE("profile: the order of the queue is the sort plugin's") {
  const profile p = fake_profile().make();
  live_cluster nodes;
  const pod_info pod = nodes.intern(make_pod("a"));
  CHECK(p.before({&pod, 1}, {&pod, 2}));
  CHECK_FALSE(p.before({&pod, 2}, {&pod, 1}));
}
