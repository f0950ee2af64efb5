#pragma once

#include "controller/offline/explain.hpp"
#include "controller/offline/explain_pods.hpp"
#include "controller/offline/explain_report.hpp"
#include "k8s/text/value_reader.hpp"
#include "test/support/objects.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

/// A small cluster file, and what the commands print of it.
using namespace berth;
using namespace berth::controller;
using namespace berth::test;

namespace {

// Two nodes of which one is tainted, a pod in place, one that fits and one that does not.
inline k8s::cluster_objects example() {
  k8s::cluster_objects c;
  c.nodes = {make_node("n1").taint("dedicated"), make_node("n2").cpu("2"), make_node("n3").cpu("2")};
  c.pods = {make_pod("there").cpu("1").on("n2"), make_pod("fits").cpu("1"), make_pod("big").cpu("3")};
  return c;
}

inline std::vector<pod_judgement> judged(const k8s::cluster_objects& c, judge_options options = {}) {
  std::vector<scoring::profile> profiles = make_profiles(default_configuration("berth"), scoring::default_registry());
  return judge_pods(c, profiles, options);
}

inline std::string text_of(const std::vector<pod_judgement>& pods) {
  std::ostringstream out;
  write_text(out, pods);
  return out.str();
}

inline std::string json_of(const std::vector<pod_judgement>& pods) {
  std::ostringstream out;
  write_json(out, pods);
  return out.str();
}

// A file for as long as the test runs.
class file {
 public:
  file(const std::string& name, const std::string& text)
      : path_(std::filesystem::temp_directory_path() /
              ("berth-explain-test-" + std::to_string(::getpid()) + "-" + name)) {
    std::ofstream(path_) << text;
  }
  ~file() { std::filesystem::remove(path_); }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

struct run {
  int code;
  std::string out, err;
};

inline run explain(explain_options options) {
  std::ostringstream out, err;
  const int code = run_explain(options, scoring::default_registry(), out, err);
  return {code, out.str(), err.str()};
}

constexpr auto small_cluster = R"(
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Node, metadata: {name: n1}, status: {allocatable: {cpu: "2", memory: 4Gi, pods: "10"}}}
- apiVersion: v1
  kind: Pod
  metadata: {name: a, namespace: default, creationTimestamp: "2026-01-01T00:00:02Z"}
  spec: {schedulerName: berth, containers: [{name: c, image: x, resources: {requests: {cpu: "1"}}}]}
- apiVersion: v1
  kind: Pod
  metadata: {name: b, namespace: default, creationTimestamp: "2026-01-01T00:00:01Z"}
  spec: {containers: [{name: c, image: x, resources: {requests: {cpu: "2"}}}]}
)";

constexpr auto config = R"(
apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
profiles: [{schedulerName: berth}]
)";

}  // namespace
