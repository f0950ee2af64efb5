#include "take_turns.hpp"

#include "controller/offline/judge.hpp"

#include <cstdlib>
#include <exception>
#include <iostream>

namespace controller = berth::controller;

namespace {

constexpr auto configuration = R"(
apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
profiles:
- schedulerName: my-scheduler
  plugins:
    multiPoint: {enabled: [{name: TakeTurns}]}
    postFilter: {disabled: [{name: "*"}]}
    score: {disabled: [{name: "*"}], enabled: [{name: TakeTurns}]}
  pluginConfig:
  - {name: TakeTurns, args: {label: takes-turns, most: 2}}
)";

constexpr auto nodes = R"(
{apiVersion: v1, kind: Node, metadata: {name: a, labels: {takes-turns: ""}}, status: {allocatable: {cpu: 4, pods: 10}}}
---
{apiVersion: v1, kind: Node, metadata: {name: b, labels: {takes-turns: ""}}, status: {allocatable: {cpu: 4, pods: 10}}}
---
{apiVersion: v1, kind: Node, metadata: {name: other}, status: {allocatable: {cpu: 4, pods: 10}}}
)";

std::string pod(const std::string& name) {
  return "---\n{apiVersion: v1, kind: Pod, metadata: {name: " + name +
         "}, spec: {schedulerName: my-scheduler, containers: [{name: c, image: nginx}]}}\n";
}

void check(const std::string& is, const std::string& should_be) {
  if (is == should_be) return;
  std::cerr << "is:        " << is << "\nshould be: " << should_be << '\n';
  std::exit(1);
}

void a_node_without_the_label_is_refused(const scoring::registry& plugins) {
  const controller::judgement said = controller::judge(plugins, configuration, nodes + pod("web"));
  check(said.pod("web").node("other").refused_by, "TakeTurns");
  check(said.pod("web").node("other").reason, "node(s) take no turns");
}

void pods_go_to_the_nodes_in_turn_and_the_fifth_waits(const scoring::registry& plugins) {
  const std::string pods = pod("web-1") + pod("web-2") + pod("web-3") + pod("web-4") + pod("web-5");
  const controller::judgement said = controller::rehearse(plugins, configuration, nodes + pods);
  const std::string first = said.pod("web-1").placed_on, second = first == "a" ? "b" : "a";
  check(said.pod("web-2").placed_on, second);
  check(said.pod("web-3").placed_on, first);
  check(said.pod("web-4").placed_on, second);
  check(said.pod("web-5").message, "0/3 nodes are available: 1 node(s) take no turns, 2 node(s) have had their share.");
}

std::string error_of(const scoring::registry& plugins, const std::string& args) {
  const std::string right = "{label: takes-turns, most: 2}";
  std::string text(configuration);
  text.replace(text.find(right), right.size(), args);
  try {
    controller::judge(plugins, text, nodes);
  } catch (const std::exception& e) {
    return e.what();
  }
  return "none";
}

void what_is_wrong_in_the_arguments_is_named(const scoring::registry& plugins) {
  const std::string args = "configuration: profiles[0].pluginConfig[0].args.";
  check(error_of(plugins, "{most: 2}"), args + "label: is required");
  check(error_of(plugins, "{label: a b}"), args + "label: \"a b\" is no label key");
  check(error_of(plugins, "{label: takes-turns, most: 0}"), args + "most: 0 is not in the valid range [1, 1000]");
  check(error_of(plugins, "{label: takes-turns, mots: 2}"), args + "mots: unknown field");
}

}  // namespace

int main() {
  scoring::registry plugins = scoring::default_registry();
  plugins.add("TakeTurns", scoring::make_plugin<take_turns>);
  a_node_without_the_label_is_refused(plugins);
  pods_go_to_the_nodes_in_turn_and_the_fifth_waits(plugins);
  what_is_wrong_in_the_arguments_is_named(plugins);
}
