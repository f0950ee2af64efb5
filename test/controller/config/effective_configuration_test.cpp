#include "controller/config/effective_configuration.hpp"

#include "controller/commands/write_config.hpp"
#include "controller/config/options.hpp"
#include "k8s/text/value_reader.hpp"
#include "k8s/text/yaml_writer.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

using namespace berth;
using namespace berth::controller;

/// What `--write-config-to` writes. That kube-scheduler writes and reads the same: test/cluster, config_written_out.

namespace {

std::string written(const std::string& text) {
  const k8s::result<k8s::value> document = k8s::read_value(text, "it");
  REQUIRE(document.has_value());
  return k8s::yaml_of(effective_configuration(*document, parse_configuration(text, "it")));
}

std::string text_of(const std::filesystem::path& file) {
  std::ostringstream out;
  out << std::ifstream(file).rdbuf();
  return out.str();
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

const std::string head = "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n";

}  // namespace

TEST_CASE("effective configuration: every default is written out, berth's own where they differ") {
  const std::string text = written(head);
  CHECK(
      text.starts_with("apiVersion: kubescheduler.config.k8s.io/v1\n"
                       "clientConnection:\n"
                       "  acceptContentTypes: \"\"\n"
                       "  burst: 100\n"
                       "  contentType: application/vnd.kubernetes.protobuf\n"
                       "  kubeconfig: \"\"\n"
                       "  qps: -1\n"
                       "enableContentionProfiling: true\n"
                       "enableProfiling: true\n"
                       "kind: KubeSchedulerConfiguration\n"
                       "leaderElection:\n"
                       "  leaderElect: true\n"
                       "  leaseDuration: 15s\n"
                       "  renewDeadline: 10s\n"
                       "  resourceLock: leases\n"
                       "  resourceName: berth\n"
                       "  resourceNamespace: kube-system\n"
                       "  retryPeriod: 2s\n"
                       "parallelism: 16\n"
                       "percentageOfNodesToScore: 100\n"
                       "podInitialBackoffSeconds: 1\n"
                       "podMaxBackoffSeconds: 10\n"
                       "profiles:\n"
                       "- pluginConfig:\n"
                       "  - args:\n"
                       "      apiVersion: kubescheduler.config.k8s.io/v1\n"
                       "      kind: DefaultPreemptionArgs\n"
                       "      minCandidateNodesAbsolute: 100\n"));
  CHECK(text.ends_with("    reserve: {}\n    score: {}\n  schedulerName: default-scheduler\n"));
}

TEST_CASE("effective configuration: plugins take the place of the defaults that they configure, arguments are filled") {
  const std::string text = written(head + R"(
profiles:
- schedulerName: a
  percentageOfNodesToScore: 30
  plugins:
    multiPoint: {disabled: [{name: NodePorts}], enabled: [{name: NodeAffinity, weight: 7}]}
    score: {disabled: [{name: "*"}], enabled: [{name: NodeResourcesFit, weight: 5}]}
  pluginConfig:
  - {name: NodeResourcesFit, args: {scoringStrategy: {type: MostAllocated, resources: [{name: cpu}]}}}
  - {name: NodeAffinity, args: null}
)");
  CHECK(has(text,
            "      scoringStrategy:\n        resources:\n        - name: cpu\n          weight: 1\n"
            "        type: MostAllocated\n"));
  CHECK(has(text,
            "      - name: TaintToleration\n        weight: 3\n      - name: NodeAffinity\n        weight: 7\n"
            "      - name: NodeResourcesFit\n        weight: 1\n"));
  CHECK(has(text,
            "    score:\n      disabled:\n      - name: '*'\n        weight: 0\n      enabled:\n"
            "      - name: NodeResourcesFit\n        weight: 5\n"));
  CHECK(has(text, "- percentageOfNodesToScore: 30\n"));
  CHECK_FALSE(has(text, "null"));
}

TEST_CASE("effective configuration: what is written is read to the same effect, and written again it is the same") {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(EXAMPLES)) {
    if (entry.path().extension() != ".yaml") continue;
    const std::string text = text_of(entry.path());
    if (!has(text, "\nkind: KubeSchedulerConfiguration") || has(text, "---")) continue;
    CAPTURE(entry.path().string());
    const std::string once = written(text);
    CHECK(written(once) == once);
  }
}

TEST_CASE("effective configuration: the flag writes the file, flags included, and says what is wrong with it") {
  CHECK(std::get<run_options>(parse_command_line({"--write-config-to", "f"})).write_config_to == "f");
  const std::filesystem::path to = std::filesystem::temp_directory_path() / "berth-written-config-test";
  run_options options;
  options.qps = 20;
  options.scheduler_name = "mine";
  scheduler_configuration merged = default_configuration("mine");
  merged.client_connection.qps = 20;
  options.write_config_to = to.string();
  write_config(options, merged);
  CHECK(has(text_of(to), "  qps: 20\n"));
  CHECK(has(text_of(to), "  leaderElect: false\n"));
  CHECK(has(text_of(to), "  schedulerName: mine\n"));
  std::filesystem::remove(to);
  std::ostringstream printed;
  std::streambuf* const terminal = std::cout.rdbuf(printed.rdbuf());
  options.write_config_to = "-";
  write_config(options, merged);
  std::cout.rdbuf(terminal);
  CHECK(has(printed.str(), "  schedulerName: mine\n"));
  CHECK_FALSE(std::filesystem::exists("-"));
  options.write_config_to = "/nowhere/f";
  CHECK_THROWS_WITH(write_config(options, merged),
                    "/nowhere/f: cannot be written (--write-config-to): No such file or directory");
}

TEST_CASE("yaml writer: texts that a reader would take for something else are quoted, and all come back") {
  using k8s::value;
  const value all(value::list{"a",
                              "",
                              "5",
                              "true",
                              "null",
                              "~",
                              "*",
                              "- a",
                              "a: b",
                              "a #b",
                              "it's",
                              "'",
                              "\"",
                              "x\ny",
                              " a",
                              "a ",
                              "0x1f",
                              "1e3",
                              "-",
                              "-a",
                              "{",
                              "ü",
                              "a:",
                              "yes",
                              "10m0s",
                              "2001-01-01",
                              value(),
                              value(true),
                              value(1),
                              value(-1),
                              value(0.5),
                              value(value::map{}),
                              value(value::list{}),
                              value(value::list{value(value::list{1, 2}), value(value::map{{"b c", 1}, {"", "x"}})})});
  const k8s::result<value> back = k8s::read_value(k8s::yaml_of(all), "it");
  REQUIRE_MESSAGE(back.has_value(), k8s::yaml_of(all));
  for (std::size_t i = 0; i < all.as_list()->size(); ++i) {
    CAPTURE(i);
    CHECK((i < all.as_list()->size() - 1 ? (*back->as_list())[i] == (*all.as_list())[i] : true));
  }
  CHECK(k8s::yaml_of(value(value::map{{"b", value::list{"*", "5"}}, {"a", value::map{}}})) ==
        "a: {}\nb:\n- '*'\n- \"5\"\n");
}
