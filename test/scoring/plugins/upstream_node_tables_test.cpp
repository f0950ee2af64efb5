#include "test/scoring/plugins/upstream_rows.hpp"

#include <doctest/doctest.h>

/// Twins of upstream's tests of plugins that look at one node after another, as test/upstream_tables/node_tables.py
/// writes them.
using namespace berth;
using namespace berth::test;

namespace {

std::string verdict_in(const k8s::value& status) { return status.is_null() ? "Success" : shown(status); }

void check_filter(asked& a, const k8s::value& row) {
  const k8s::value& want = member(row, "want");
  const pre_filter_result first = a.pre_filter();
  if (const k8s::value* pre = want.find("pre")) {
    CHECK(asked::shown(first.what) == verdict_in(*pre));
    // Upstream's NodeAffinity is asked on, whatever its PreFilter says.
    if (!first.what.is_ok() && text(member(row, "table")) != "TestNodeAffinity") return;
  }
  if (const k8s::value* names = want.find("names")) {
    std::set<std::string> wanted, named;
    if (names->as_list() != nullptr)
      for (const k8s::value& name : *names->as_list()) wanted.insert(text(name));
    if (first.node_names) named.insert(first.node_names->begin(), first.node_names->end());
    CHECK(first.node_names.has_value() == !names->is_null());
    CHECK(named == wanted);
  }
  const std::string verdict = a.filter().begin()->second;
  if (const k8s::value* filter = want.find("filter")) CHECK(verdict == verdict_in(*filter));
  if (const k8s::value* fits = want.find("fits")) CHECK((verdict == "Success") == truth(*fits));
}

// Scaled, where the plugin's scores are: by the engine.
std::map<std::string, std::int64_t> scaled_scores(const k8s::value& row, const std::string& args) {
  const std::string name = text(member(row, "plugin"));
  one_plugin plugin(name, args, name == "ImageLocality" ? std::vector{extension_point::score} : only_scored);
  for (const k8s::value& node : items(row, "nodes")) plugin.node(node_in(node));
  for (const k8s::value& placed : items(row, "placed")) plugin.placed(pod_in(placed));
  std::map<std::string, std::int64_t> scores;
  for (const node_verdict& v : plugin.judge(pod_in(member(row, "pod"))).nodes)
    for (const auto& [_, score] : v.scores) scores[std::string(v.name)] = score;
  return scores;
}

void check_scores(asked& a, const k8s::value& row, const std::string& args) {
  const k8s::value& want = member(row, "want");
  if (const k8s::value* wanted = want.find("pre_score")) {
    const status first = a.pre_score();
    CHECK(asked::shown(first) == shown(*wanted));
    if (first.what == code::skip || !first.is_ok()) return;
  }
  auto scores = scaled_scores(row, args);  // of a plugin that PreScore skipped none, which is 0
  const auto& wanted = *member(want, "scores").as_map();
  CHECK(wanted.size() == items(row, "nodes").size());
  for (const auto& [node, score] : wanted) CHECK_MESSAGE(scores[node] == number(score), node);
}

void check_hint(asked& a, const k8s::value& row) {
  const std::string about = text(member(row, "about"));
  const event_resource resource = about == "node"         ? event_resource::node
                                  : about == "target_pod" ? event_resource::target_pod
                                                          : event_resource::assigned_pod;
  std::vector<std::shared_ptr<const void>> keep;
  CHECK(a.hint(event_in(row, resource, keep)) == truth(member(member(row, "want"), "hint")));
}

// Every row of a package's file; `count` as in docs/parity.md.
void check(const std::string& package, std::size_t count) {
  std::size_t seen = 0;
  std::ifstream file(std::string(BERTH_UPSTREAM_TABLES) + "/upstream_" + package + ".jsonl");
  for (std::string line; std::getline(file, line);) {
    const k8s::value row = k8s::read_value(line, "row").value();
    if (row.find("objects") != nullptr) continue;  // upstream_storage_tables_test.cpp has it
    ++seen;
    const std::string table = text(member(row, "table")), name = text(member(row, "name"));
    CAPTURE(table);
    CAPTURE(name);
    const k8s::value& given = member(row, "args");
    const std::string args = given.is_null() ? "" : json(given);
    asked a(text(member(row, "plugin")), args, row);
    const std::string kind = text(member(row, "kind"));
    if (kind == "filter")
      check_filter(a, row);
    else if (kind == "score")
      check_scores(a, row, args);
    else
      check_hint(a, row);
  }
  CHECK(seen == count);
}

}  // namespace

TEST_CASE("upstream's tables: ImageLocality") { check("imagelocality", 9); }
TEST_CASE("upstream's tables: NodeAffinity") { check("nodeaffinity", 49); }
TEST_CASE("upstream's tables: NodeName") { check("nodename", 5); }
TEST_CASE("upstream's tables: NodePorts") { check("nodeports", 24); }
TEST_CASE("upstream's tables: NodeResourcesFit and NodeResourcesBalancedAllocation") { check("noderesources", 123); }
TEST_CASE("upstream's tables: NodeUnschedulable") { check("nodeunschedulable", 10); }
TEST_CASE("upstream's tables: TaintToleration") { check("tainttoleration", 23); }
TEST_CASE("upstream's tables: VolumeRestrictions") { check("volumerestrictions", 27); }
