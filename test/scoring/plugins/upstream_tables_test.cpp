#include "scoring/plugins/affinity_plan.hpp"
#include "scoring/plugins/spread_plan.hpp"
#include "test/scoring/plugins/upstream_rows.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <map>

/// Twins of upstream's plugin tests: every row of plugins/podtopologyspread and plugins/interpodaffinity, as
/// test/upstream_tables/make.py writes them.
using namespace berth;
using namespace berth::test;

namespace {

// Upstream still has a switch for what has long been so: rows that turn it off, and a pod that would notice.
bool needs_old_gates(const k8s::value& row, const k8s::pod& pod) {
  const auto& own = pod.spec->spread_constraints;
  const bool policies =
      std::any_of(own.begin(), own.end(), [](const auto& c) { return !c.honor_node_affinity || c.honor_node_taints; });
  const bool keys = std::any_of(own.begin(), own.end(), [](const auto& c) { return !c.match_label_keys.empty(); });
  const k8s::value* no_policies = row.find("enableNodeInclusionPolicy");
  const k8s::value* no_keys = row.find("enableMatchLabelKeys");
  return (policies && no_policies != nullptr && !truth(*no_policies)) ||
         (keys && no_keys != nullptr && !truth(*no_keys));
}

std::string spread_args(const k8s::value& row) {
  if (text(member(row, "defaulting_type")) == "System") return "";
  std::string constraints;
  for (const k8s::value& c : items(row, "default_constraints"))
    constraints += (constraints.empty() ? "" : ",") + json(c);
  return R"({"defaultingType": "List", "defaultConstraints": [)" + constraints + "]}";
}

// What a state of upstream's means for a node.
std::string expected_verdict(const k8s::value& state, const hard_spread& hard, const k8s::node& node) {
  for (std::size_t i = 0; i < hard.constraints.size(); ++i) {
    const auto& c = hard.constraints[i];
    const std::string* value = node.labels.find(c.rule.topology_key);
    if (value == nullptr) return "UnschedulableAndUnresolvable";
    const k8s::value& counts = items(state, "counts")[i];
    const std::size_t domains = counts.as_map() != nullptr ? counts.as_map()->size() : 0;
    const std::int64_t least =
        domains < static_cast<std::size_t>(c.rule.min_domains) ? 0 : number(items(state, "least")[i]);
    if (number(member(counts, *value)) + (c.self_matches ? 1 : 0) - least > c.rule.max_skew) return "Unschedulable";
  }
  return "Success";
}

void check_state(asked& a, const k8s::value& state, const k8s::value& row) {
  const k8s::value none;
  const std::string text_of_args = spread_args(row);
  const k8s::value tree = text_of_args.empty() ? none : k8s::read_value(text_of_args, "args").value();
  arguments read(tree, "args");
  const hard_spread hard(a.pod, a.nodes, spread_defaults(read));
  if (a.nodes.nodes().count() == 0) {  // no node has any key: one constraint stands for all
    CHECK(hard.constraints.size() == 1);
    CHECK_FALSE(items(state, "counts").empty());
    return;
  }
  REQUIRE(hard.constraints.size() == items(state, "counts").size());
  for (const auto& [name, verdict] : a.filter())
    CHECK(verdict.substr(0, verdict.find(':')) == expected_verdict(state, hard, a.nodes.node(a.nodes.find_node(name))));
}

void check_hints(const std::string& package, const std::string& name, const std::string& table, event_resource about,
                 std::size_t count) {
  for (const k8s::value& row : rows(package, {table}, count)) {
    CAPTURE(text(member(row, "name")));
    asked a(name, name == "PodTopologySpread" ? R"({"defaultingType": "List"})" : "", row);
    std::vector<std::shared_ptr<const void>> keep;
    const bool queue = number(member(member(row, "want"), "expectedHint")) == 1 || truth(member(row, "expectedErr"));
    CHECK(a.hint(event_in(row, about, keep)) == queue);
  }
}

void check_scores(asked& a, const k8s::value& wanted) {
  for (const auto& [name, score] : a.scores()) {
    const auto& list = *wanted.as_list();
    const auto there =
        std::find_if(list.begin(), list.end(), [&](const k8s::value& v) { return text(member(v, "Name")) == name; });
    REQUIRE(there != list.end());
    CHECK_MESSAGE(score == number(member(*there, "Score")), name);
  }
}

}  // namespace

TEST_CASE("upstream's tables: PodTopologySpread, PreFilter and its AddPod and RemovePod") {
  std::size_t left_out = 0;
  for (const k8s::value& row :
       rows("podtopologyspread", {"TestPreFilterState", "TestPreFilterStateAddPod", "TestPreFilterStateRemovePod"},
            61)) {
    CAPTURE(text(member(row, "name")));
    asked a("PodTopologySpread", spread_args(row), row);
    if (needs_old_gates(row, *a.pod.pod)) {
      ++left_out;
      continue;
    }
    const k8s::value& want = member(row, "want");
    const pre_filter_result first = a.pre_filter();
    if (!member(want, "want").is_null()) {
      REQUIRE(first.what.is_ok());
      const node_id at = a.nodes.find_node(text(member(row, "at")));
      if (const k8s::pod_ptr added = pod_in(member(row, "added")))
        CHECK(a.at<pre_filter_extensions>().add_pod(a.pod, a.nodes, a.cycle, a.nodes.intern(added), at).is_ok());
      if (const k8s::pod_ptr removed = pod_in(member(row, "removed")))
        CHECK(a.at<pre_filter_extensions>().remove_pod(a.pod, a.nodes, a.cycle, a.nodes.intern(removed), at).is_ok());
      check_state(a, member(want, "want"), row);
    } else {
      CHECK(asked::shown(first.what) == shown(member(want, "wantPrefilterStatus")));
    }
  }
  CHECK(left_out <= 8);
}

TEST_CASE("upstream's tables: PodTopologySpread, Filter") {
  std::size_t judged = 0;
  for (const k8s::value& row : rows("podtopologyspread", {"TestSingleConstraint", "TestMultipleConstraints"}, 36)) {
    CAPTURE(text(member(row, "name")));
    asked a("PodTopologySpread", R"({"defaultingType": "List"})", row);
    if (needs_old_gates(row, *a.pod.pod)) continue;
    CHECK(a.pre_filter().what.is_ok());
    const k8s::value& codes = member(member(row, "want"), "wantStatusCode");
    if (codes.as_map() == nullptr || codes.as_map()->empty()) continue;
    for (const auto& [name, verdict] : a.filter()) {
      const std::string wanted = text(member(codes, name));
      CHECK_MESSAGE(verdict.substr(0, verdict.find(':')) == (wanted.empty() ? "Success" : wanted), name);
      ++judged;
    }
  }
  CHECK(judged >= 120);
}

TEST_CASE("upstream's tables: PodTopologySpread, Score") {
  for (const k8s::value& row : rows("podtopologyspread", {"TestPodTopologySpreadScore"}, 28)) {
    CAPTURE(text(member(row, "name")));
    asked a("PodTopologySpread", "", row);
    if (needs_old_gates(row, *a.pod.pod)) continue;
    REQUIRE(a.pre_score().is_ok());
    check_scores(a, member(member(row, "want"), "want"));
  }
  for (const k8s::value& row : rows("podtopologyspread", {"TestPreScoreSkip"}, 2)) {
    CAPTURE(text(member(row, "name")));
    asked a("PodTopologySpread", spread_args(row), row);
    CHECK(a.pre_score().what == code::skip);
  }
}

TEST_CASE("upstream's tables: PodTopologySpread, queueing hints") {
  check_hints("podtopologyspread", "PodTopologySpread", "Test_isSchedulableAfterNodeChange", event_resource::node, 13);
  check_hints("podtopologyspread", "PodTopologySpread", "Test_isSchedulableAfterAssignedPodChange",
              event_resource::assigned_pod, 18);
  check_hints("podtopologyspread", "PodTopologySpread", "Test_isSchedulableAfterTargetPodChange",
              event_resource::target_pod, 4);
}

TEST_CASE("upstream's tables: InterPodAffinity, PreFilter and Filter") {
  for (const k8s::value& row :
       rows("interpodaffinity", {"TestRequiredAffinitySingleNode", "TestRequiredAffinityMultipleNodes"}, 46)) {
    CAPTURE(text(member(row, "name")));
    asked a("InterPodAffinity", "", row);
    const k8s::value& want = member(row, "want");
    const pre_filter_result first = a.pre_filter();
    const k8s::value& wanted_first = member(want, "wantPreFilterStatus");
    if (!wanted_first.is_null()) CHECK(asked::shown(first.what) == shown(wanted_first));
    if (!first.what.is_ok()) continue;
    const auto verdicts = a.filter();
    for (std::size_t i = 0; i < a.names.size(); ++i) {
      const k8s::value* one = want.find("wantFilterStatus");
      const k8s::value& wanted = one != nullptr ? *one : items(want, "wantFilterStatuses").at(i);
      CHECK_MESSAGE(verdicts.at(a.names[i]) == (wanted.is_null() ? "Success" : shown(wanted)), a.names[i]);
    }
  }
}

TEST_CASE("upstream's tables: InterPodAffinity, AddPod is as if the pod were placed, and RemovePod as if it were not") {
  for (const k8s::value& row : rows("interpodaffinity", {"TestPreFilterStateAddRemovePod"}, 4)) {
    CAPTURE(text(member(row, "name")));
    const k8s::pod_ptr added = pod_in(member(row, "added"));
    asked without("InterPodAffinity", "", row), with("InterPodAffinity", "", row), trial("InterPodAffinity", "", row);
    with.place(added);
    for (asked* a : {&without, &with, &trial}) CHECK(a->pre_filter().what.is_ok());
    const auto at = trial.nodes.find_node(added->node_name);
    auto& extensions = trial.at<pre_filter_extensions>();
    CHECK(extensions.add_pod(trial.pod, trial.nodes, trial.cycle, trial.nodes.intern(added), at).is_ok());
    CHECK(trial.filter() == with.filter());
    CHECK(extensions.remove_pod(trial.pod, trial.nodes, trial.cycle, trial.nodes.intern(added), at).is_ok());
    CHECK(trial.filter() == without.filter());
    auto& others = with.at<pre_filter_extensions>();
    CHECK(others.remove_pod(with.pod, with.nodes, with.cycle, with.nodes.intern(added), at).is_ok());
    CHECK(with.filter() == without.filter());
  }
}

TEST_CASE("upstream's tables: InterPodAffinity, what is counted per topology value") {
  for (const k8s::value& row : rows("interpodaffinity", {"TestGetTPMapMatchingIncomingAffinityAntiAffinity"}, 8)) {
    CAPTURE(text(member(row, "name")));
    asked a("InterPodAffinity", "", row);
    const required_affinity_plan plan(a.pod, a.nodes);
    const auto counted = [&](const std::vector<counted_key>& keys) {
      std::map<std::string, std::int64_t> counts;
      for (const counted_key& key : keys)
        a.nodes.nodes().for_each([&](node_id n) {
          if (key.placed->on(n) > 0)
            counts[key.topology_key + "=" + key.placed->by().value(key.placed->domain(n))] = key.placed->on(n);
        });
      return counts;
    };
    const auto wanted = [&](const char* name) {
      std::map<std::string, std::int64_t> counts;
      if (const auto* map = member(member(row, "want"), name).as_map())
        for (const auto& [pair, count] : *map) counts[pair] = number(count);
      return counts;
    };
    // Upstream counts a pod once for each of several terms of one key; here once, as only 0 is told from the rest.
    const auto all = counted(plan.affinity);
    const auto all_wanted = wanted("wantAffinityPodsMap");
    const auto same_pair = [](const auto& one, const auto& other) { return one.first == other.first; };
    CHECK(std::equal(all.begin(), all.end(), all_wanted.begin(), all_wanted.end(), same_pair));
    CHECK(counted(plan.anti) == wanted("wantAntiAffinityPodsMap"));
  }
}

TEST_CASE("upstream's tables: InterPodAffinity, Score") {
  for (const k8s::value& row :
       rows("interpodaffinity", {"TestPreferredAffinity", "TestPreferredAffinityWithHardPodAffinitySymmetricWeight"},
            33)) {
    CAPTURE(text(member(row, "name")));
    const k8s::value* weight = row.find("hardPodAffinityWeight");
    asked a("InterPodAffinity",
            R"({"hardPodAffinityWeight": )" + std::to_string(weight != nullptr ? number(*weight) : 1) +
                R"(, "ignorePreferredTermsOfExistingPods": )" +
                (truth(member(row, "ignorePreferredTermsOfExistingPods")) ? "true}" : "false}"),
            row);
    const status first = a.pre_score();
    const k8s::value& want = member(row, "want");
    const std::string wanted = shown(member(want, "wantStatus"));
    if (!first.is_ok()) {
      CHECK(std::string(first.what == code::skip ? "Skip" : name_of(first.what)) == wanted.substr(0, wanted.find(':')));
      continue;
    }
    CHECK(wanted.starts_with("Success"));
    check_scores(a, member(want, "expectedList"));
  }
}

TEST_CASE("upstream's tables: InterPodAffinity, queueing hints") {
  check_hints("interpodaffinity", "InterPodAffinity", "Test_isSchedulableAfterNodeChange", event_resource::node, 12);
  check_hints("interpodaffinity", "InterPodAffinity", "Test_isSchedulableAfterAssignedPodChange",
              event_resource::assigned_pod, 22);
}
