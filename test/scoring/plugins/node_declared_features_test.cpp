#include "test/scoring/plugins/one_plugin.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::test;

namespace {

constexpr auto restart = k8s::feature_restart_all_containers;
constexpr auto namespaces = k8s::feature_user_namespaces_host_network;
constexpr auto mounts = k8s::feature_bind_mount_options;
constexpr auto lacks = "UnschedulableAndUnresolvable: node(s) didn't match Pod's required features";

std::string verdict(k8s::declared_features needs, k8s::declared_features has) {
  return one_plugin("NodeDeclaredFeatures")
      .node(make_node("n").declares(has))
      .verdict(make_pod("p").needs_features(needs));
}

}  // namespace

TEST_CASE("NodeDeclaredFeatures: a pod fits where every feature that it needs is declared") {
  CHECK(verdict(0, 0) == "fits");
  CHECK(verdict(0, restart) == "fits");
  CHECK(verdict(restart, restart | namespaces) == "fits");
  CHECK(verdict(restart, namespaces) == lacks);
  CHECK(verdict(restart | mounts, restart | namespaces | mounts) == "fits");
  CHECK(verdict(restart, 0) == lacks);
  CHECK(verdict(restart | namespaces, restart) == lacks);
}

TEST_CASE("NodeDeclaredFeatures: pods that need different features are judged apart") {
  one_plugin plugin("NodeDeclaredFeatures");
  plugin.node(make_node("n1").declares(restart)).node(make_node("n2").declares(mounts));
  CHECK(plugin.verdict(make_pod("p").needs_features(restart), "n1") == "fits");
  CHECK(plugin.verdict(make_pod("q").needs_features(mounts), "n1") == lacks);
  CHECK(plugin.verdict(make_pod("r"), "n1") == "fits");
  plugin.node(make_node("n1").declares(mounts));
  CHECK(plugin.verdict(make_pod("s").needs_features(mounts), "n1") == "fits");
}

TEST_CASE("NodeDeclaredFeatures: a node that declares other features, and a pod that needs others, are worth a try") {
  one_plugin plugin("NodeDeclaredFeatures");
  const k8s::pod_ptr pod = make_pod("p").needs_features(restart);
  const k8s::node with = make_node("n").declares(restart);
  const k8s::node without = make_node("n");
  const std::uint32_t changed = action_update_declared_features;
  CHECK(plugin.cures(pod, node_event(action_add, nullptr, &with)));
  CHECK(plugin.cures(pod, node_event(changed, &without, &with)));
  CHECK_FALSE(plugin.cures(pod, node_event(changed, &with, &with)));
  CHECK_FALSE(plugin.cures(pod, node_event(action_update_labels, &without, &with)));
  CHECK_FALSE(plugin.cures(pod, pod_event(event_resource::assigned_pod, action_delete, pod.get(), nullptr)));

  const k8s::pod_ptr plain = make_pod("p");
  const k8s::pod_ptr labelled = make_pod("p").label("a", "b");
  const auto own = [&](const k8s::pod_ptr& before, const k8s::pod_ptr& after) {
    return plugin.cures(pod, pod_event(event_resource::target_pod, action_update_other, before.get(), after.get()));
  };
  CHECK(own(plain, pod));
  CHECK(own(pod, plain));
  CHECK_FALSE(own(plain, labelled));
}
