#include "controller/offline/explain.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <unistd.h>

/// The examples' own files through `berth explain`, and what a reader makes of them.

using namespace berth;
using namespace berth::controller;

namespace {

std::string example(const std::string& file) { return std::string(EXAMPLES) + "/" + file; }

std::string content(const std::string& path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  const std::size_t at = text.find(what);
  REQUIRE_MESSAGE(at != std::string::npos, what);
  return text.replace(at, what.size(), by);
}

// A file for as long as the test runs.
class file {
 public:
  explicit file(const std::string& text)
      : path_(std::filesystem::temp_directory_path() /
              ("berth-examples-test-" + std::to_string(::getpid()) + "-" + std::to_string(++made))) {
    std::ofstream(path_) << text;
  }
  ~file() { std::filesystem::remove(path_); }
  std::string path() const { return path_.string(); }

 private:
  static inline int made = 0;
  std::filesystem::path path_;
};

std::string said(const std::string& config, const std::string& cluster) {
  const file configuration(config), objects(cluster);
  explain_options options;
  options.config_file = configuration.path();
  options.cluster_file = objects.path();
  std::ostringstream out, err;
  run_explain(options, scoring::default_registry(), out, err);
  return err.str() + out.str();
}

// What is said of the first pod.
std::string verdict(const std::string& config, const std::string& cluster) {
  const std::string text = said(config, cluster);
  const std::size_t colon = text.find(": ");
  return colon == std::string::npos ? text : text.substr(colon + 2, text.find('\n') - colon - 2);
}

std::string node(const std::string& name, const std::string& labels = "", const std::string& spec = "") {
  return "---\n{apiVersion: v1, kind: Node, metadata: {name: " + name + ", labels: {" + labels + "}}, spec: {" + spec +
         "}, status: {allocatable: {cpu: '8', memory: 32Gi, pods: '110'}}}\n";
}

std::string pod(const std::string& name, const std::string& spec, const std::string& namespace_ = "default") {
  return "---\n{apiVersion: v1, kind: Pod, metadata: {name: " + name + ", namespace: " + namespace_ + "}, spec: {" +
         spec + ", containers: [{name: c, image: nginx}]}, status: {phase: Pending}}\n";
}

// Two nodes, six pods on the first of them, and one more.
std::string seven_pods() {
  std::string cluster = node("node-1") + pod("one-more", "schedulerName: test-pod-maxnum-scheduler");
  for (int i = 1; i <= 6; ++i) cluster += pod("web-" + std::to_string(i), "nodeName: node-1");
  return cluster;
}

// One profile with these plugins and arguments: the lines below `plugins:` and `pluginConfig:`.
std::string profile(const std::string& plugins) {
  return "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\nprofiles:\n- schedulerName: "
         "s\n  plugins:\n"
         "    postFilter: {disabled: [{name: '*'}]}\n" +
         plugins +
         "  pluginConfig:\n"
         "  - {name: MaxPodCount, args: {limit: 0}}\n"
         "  - {name: NodeLabelFilter, args: {labels: {cpu: 'true'}}}\n"
         "  - {name: NodeLabelScore, args: {label: rank}}\n";
}

const std::string waiting = pod("p", "schedulerName: s");

}  // namespace

TEST_CASE("examples: the seventh pod hears of the limit, to the letter") {
  const std::string config = content(example("max-pod-count/scheduler.yaml"));
  CHECK(verdict(config, seven_pods()) == "0/1 nodes are available: 1 POD数量超过，不能调度，最多只能调度6.");
  CHECK(verdict(config, seven_pods() + node("node-2") + node("node-3")) ==
        "0/3 nodes are available: 3 POD数量超过，不能调度，最多只能调度6.");
  CHECK(verdict(replaced(config, "limit: 6", "limit: 4"), seven_pods()) ==
        "0/1 nodes are available: 1 POD数量超过，不能调度，最多只能调度4.");
  CHECK(verdict(replaced(config, "limit: 6", "limit: 7"), seven_pods()) == "fits 1 of 1 node, best: node-1");
  CHECK(verdict(replaced(config, "message: POD数量超过，不能调度，最多只能调度{limit}", "message: only {limit} here"),
                seven_pods()) == "0/1 nodes are available: 1 only 6 here.");
  CHECK(verdict(replaced(config, "message: POD数量超过，不能调度，最多只能调度{limit}", "scope: cluster"),
                seven_pods()) == "0/1 nodes are available: 1 pod limit of the cluster reached (limit 6, placed 6).");
}

TEST_CASE("examples: of the nodes that fit, the larger number is the better one") {
  const std::string config = content(example("max-pod-count/scheduler.yaml"));
  const std::string cluster = content(example("max-pod-count/cluster.yaml"));
  CHECK(verdict(config, cluster) == "fits 3 of 3 nodes, best: node-2");
  const std::string reversed =
      replaced(config, "label: example.com/speed", "{label: example.com/speed, reverse: true}");
  CHECK(verdict(reversed, cluster) == "fits 3 of 3 nodes, best: node-1");
}

TEST_CASE("examples: a pod that waits for a label hears of each node, to the letter") {
  const std::string config = content(example("label-filter/scheduler.yaml"));
  const std::string cluster = content(example("label-filter/cluster.yaml"));
  const std::string refused = "0/2 nodes are available: 1 Node: gpu02-poweredge-t420, 1 Node: gpu03-poweredge-t420.";
  CHECK(verdict(config, cluster) == refused);
  CHECK(verdict(config, replaced(cluster, "labels: {}", "labels: {cpu: 'false'}")) == refused);
  CHECK(verdict(config, replaced(cluster, "labels: {}", "labels: {cpu: 'true'}")) ==
        "fits 1 of 2 nodes, best: gpu02-poweredge-t420");
  CHECK(verdict(replaced(config, "cpu: \"true\"", "{cpu: \"true\", disk: ssd}"),
                replaced(cluster, "labels: {}", "labels: {cpu: 'true'}")) == refused);
}

TEST_CASE("examples: a pod that would fit but for a reservation hears of the resource, to the letter") {
  const std::string config = content(example("node-reservation/scheduler.yaml"));
  const std::string cluster = content(example("node-reservation/cluster.yaml"));
  const std::string refused = "0/1 nodes are available: 1 Insufficient cpu.";
  const std::string fits = "fits 1 of 1 node, best: zsj-dev-worker1-201";
  CHECK(verdict(config, cluster) == refused);
  CHECK(said(config, cluster).find("1  Insufficient cpu  NodeReservation  zsj-dev-worker1-201") != std::string::npos);
  CHECK(verdict(config, replaced(cluster, "reserve.cpu/", "unrelated/")) == fits);
  CHECK(verdict(config, replaced(cluster, ": 5000m", ": 4750m")) == fits);
  CHECK(verdict(config, replaced(cluster, ": 5000m", ": 4751m")) == refused);
  CHECK(verdict(config, replaced(cluster, ": 5000m", ": lots")) == fits);
  CHECK(verdict(config, replaced(cluster, ": 5000m", ": 5000m, reserve.memory/b: 16Gi")) ==
        "0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory.");
  CHECK(verdict(config, replaced(cluster, ": 5000m", ": 1m, reserve.pods/b: \"109\"")) ==
        "0/1 nodes are available: 1 Too many pods.");
  CHECK(verdict(replaced(config, "    multiPoint:\n      enabled:\n      - name: NodeReservation\n", ""), cluster) ==
        fits);
}

TEST_CASE("examples: a plugin at filter comes after the default ones, in whatever place multiPoint and \"*\" give it") {
  const std::string nodes =
      node("a", "", "unschedulable: true") + node("b") + node("c", "cpu: 'true'", "unschedulable: true") + waiting;
  const std::string after = "0/3 nodes are available: 1 Node: b, 2 node(s) were unschedulable.";
  CHECK(verdict(profile("    filter: {enabled: [{name: NodeLabelFilter}]}\n"), nodes) == after);
  CHECK(verdict(profile("    multiPoint: {enabled: [{name: NodeLabelFilter}]}\n"), nodes) == after);
  CHECK(
      verdict(
          profile(
              "    filter: {enabled: [{name: NodeLabelFilter}, {name: NodeUnschedulable}], disabled: [{name: '*'}]}\n"),
          nodes) == "0/3 nodes are available: 1 Node: a, 1 Node: b, 1 node(s) were unschedulable.");
  CHECK(verdict(profile("    filter: {enabled: [{name: NodeLabelFilter}], disabled: [{name: '*'}]}\n"), nodes) ==
        "fits 1 of 3 nodes, best: c");
}

TEST_CASE("examples: both plugins in one profile, and the first to refuse is the one to blame") {
  const std::string nodes = node("a", "cpu: 'true'") + node("b") + waiting;
  const std::string limit = "pod limit of the namespace reached (limit 0, placed 0)";
  CHECK(verdict(profile("    filter: {enabled: [{name: NodeLabelFilter}, {name: MaxPodCount}]}\n"), nodes) ==
        "0/2 nodes are available: 1 Node: b, 1 " + limit + ".");
  CHECK(verdict(profile("    filter: {enabled: [{name: MaxPodCount}, {name: NodeLabelFilter}]}\n"), nodes) ==
        "0/2 nodes are available: 2 " + limit + ".");
  CHECK(verdict(
            profile(
                "    preFilter: {enabled: [{name: MaxPodCount}]}\n    filter: {enabled: [{name: NodeLabelFilter}]}\n"),
            nodes) == "0/2 nodes are available: 2 " + limit + ".");
}

TEST_CASE("examples: the scores of a profile without default PreScore plugins are those of one with them") {
  const std::string nodes =
      node("a", "cpu: 'true', rank: '1'") + node("b", "cpu: 'true', rank: '3'") + node("c", "rank: '9'") + waiting;
  const std::string scored = "    score: {enabled: [{name: NodeLabelScore}], disabled: [{name: '*'}]}\n";
  const std::string filtered = "    filter: {enabled: [{name: NodeLabelFilter}]}\n";
  const std::string looks = "    preScore: {enabled: [{name: NodeLabelFilter}], disabled: [{name: '*'}]}\n";
  const std::string text = said(profile(filtered + looks + scored), nodes);
  CHECK(text.find("default/p: fits 2 of 3 nodes, best: b\n") == 0);
  CHECK_MESSAGE(
      text.find("  score  total  NodeLabelScore\n  b        100             100\n  a         33              33\n") !=
          std::string::npos,
      text);
  CHECK(said(profile(filtered + scored), nodes) == text);
}
