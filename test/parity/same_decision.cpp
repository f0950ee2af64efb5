#include "test/parity/same_decision.hpp"

#include "scoring/engine/observer.hpp"
#include "test/parity/answers.hpp"
#include "test/reference/snapshot.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <random>
#include <variant>

namespace berth::test {

namespace {

using scores = std::map<std::string, std::int64_t>;

/// Keeps what Score came to, for all nodes.
class all_scores : public scoring::observer {
 public:
  void begins(scoring::stage) override {}
  void ended(scoring::stage, scoring::code) override {}
  std::size_t scores_wanted() const override { return std::numeric_limits<std::size_t>::max(); }
  void scored(const scoring::score_table& table) override {
    for (const scoring::score_table::row& row : table.rows) {
      scores& of_node = by_node[std::string(row.node)];
      for (std::size_t i = 0; i < table.plugins.size(); ++i) of_node[std::string(table.plugins[i])] = row.weighted[i];
      total[std::string(row.node)] = row.total;
    }
  }
  std::map<std::string, scores> by_node;
  std::map<std::string, std::int64_t> total;
};

std::string shown(std::vector<std::string> texts) {
  std::sort(texts.begin(), texts.end());
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
  return "[" + all + "]";
}

std::string before_preemption(const std::string& message) { return message.substr(0, message.find(" preemption:")); }

class run_check {
 public:
  run_check(const reference::decision& theirs, const scoring::cluster& live, std::vector<std::string>& differences)
      : theirs_(theirs), live_(live), differences_(differences) {}

  void check(scoring::profile& berth, const scoring::pod_info& info) {
    all_scores seen;
    scoring::cycle_state cycle;
    cycle.observed_by(&seen);
    std::mt19937_64 random(1);
    const scoring::decision ours = berth.schedule(info, live_, cycle, random);
    if (const auto* broken = std::get_if<scoring::cycle_error>(&ours)) {
      // Which node a Filter breaks on first is chance.
      const bool by_filter = broken->message.find("\" filter plugin: ") != broken->message.npos;
      if (by_filter ? theirs_.error.empty() : theirs_.error != broken->message)
        differ("error", theirs_.error, broken->message);
    } else if (!theirs_.error.empty()) {
      differ("error", theirs_.error, "");
    } else if (const auto* placed = std::get_if<scoring::placement>(&ours)) {
      check_placement(*placed, seen);
    } else {
      check_diagnosis(std::get<scoring::diagnosis>(ours), cycle);
    }
  }

 private:
  void differ(const std::string& what, const std::string& theirs, const std::string& ours) {
    differences_.push_back("run: " + what + ": " + theirs + " / " + ours);
  }

  void check_placement(const scoring::placement& placed, const all_scores& seen) {
    if (std::find(theirs_.best.begin(), theirs_.best.end(), placed.node) == theirs_.best.end())
      return differ("node", shown(theirs_.best), placed.node);
    if (theirs_.best_is_nominated) return;
    std::vector<std::string> feasible;
    for (const reference::node_decision& n : theirs_.nodes)
      if (n.refused.ok()) feasible.push_back(n.name);
    if (feasible.size() != placed.feasible_nodes)
      differ("feasible", shown(feasible), std::to_string(placed.feasible_nodes) + " nodes");
    if (feasible.size() == 1) return;  // is not scored
    std::vector<std::string> scored;
    for (const auto& [node, unused] : seen.by_node) scored.push_back(node);
    if (shown(scored) != shown(feasible)) differ("feasible", shown(feasible), shown(scored));
    for (const reference::node_decision& n : theirs_.nodes) {
      const auto there = seen.by_node.find(n.name);
      if (!n.refused.ok() || there == seen.by_node.end()) continue;
      compare_scores(n, there->second);
      if (n.total != seen.total.at(n.name))
        differ(n.name + " total", std::to_string(n.total), std::to_string(seen.total.at(n.name)));
    }
  }

  // A plugin that was skipped scored 0.
  void compare_scores(const reference::node_decision& theirs, scores ours) {
    for (const auto& [plugin, score] : theirs.scores) ours.try_emplace(plugin, 0);
    for (const auto& [plugin, score] : ours) {
      const auto there = theirs.scores.find(plugin);
      const std::int64_t expected = there == theirs.scores.end() ? 0 : there->second;
      if (expected != score) differ(theirs.name + " " + plugin, std::to_string(expected), std::to_string(score));
    }
  }

  void check_diagnosis(const scoring::diagnosis& why, scoring::cycle_state& cycle) {
    if (!theirs_.best.empty()) return differ("node", shown(theirs_.best), why.message());
    const bool drawn = theirs_.nominated.size() > 1;
    const std::string message = drawn ? before_preemption(why.message()) : why.message();
    const std::string expected = drawn ? before_preemption(theirs_.message) : theirs_.message;
    if (message != expected) differ("message", expected, message);
    for (const reference::node_decision& n : theirs_.nodes) check_refusal(n, why);

    const auto eviction = cycle.out().take_one<scoring::preempt_pods>();
    if (!eviction || theirs_.nominated.empty()) {
      if (eviction.has_value() == theirs_.nominated.empty())
        differ("preemption", theirs_.nominated.empty() ? "none" : "some", eviction ? eviction->node : "none");
      return;
    }
    const auto there = theirs_.nominated.find(eviction->node);
    if (there == theirs_.nominated.end()) return differ("nominated", theirs_.nominated.begin()->first, eviction->node);
    std::vector<std::string> victims;
    for (const std::string& uid : eviction->victims) victims.push_back(live_.find_placed(uid)->pod->key.text());
    if (victims != there->second) differ("victims", shown(there->second), shown(victims));
  }

  void check_refusal(const reference::node_decision& n, const scoring::diagnosis& why) {
    const scoring::node_id id = live_.find_node(n.name);
    const scoring::status& ours = why.table[why.refused_by[id]];
    const std::string said = ours.plugin + " " + std::string(scoring::name_of(ours.what)) + " " + shown(ours.reasons);
    const std::string expected =
        n.refused.plugin + " " + std::string(reference::name_of(n.refused.what)) + " " + shown(n.refused.reasons);
    if (said != expected) differ(n.name, expected, said);
  }

  const reference::decision& theirs_;
  const scoring::cluster& live_;
  std::vector<std::string>& differences_;
};

void count(const reference::decision& d, kinds_of_decisions& seen) {
  const auto feasible = std::count_if(d.nodes.begin(), d.nodes.end(), [](const auto& n) { return n.refused.ok(); });
  if (!d.error.empty())
    ++seen.errors;
  else if (d.best_is_nominated)
    ++seen.nominated;
  else if (feasible > 1)
    ++seen.by_score;
  else if (feasible == 1)
    ++seen.without_choice;
  else if (d.nominated.empty())
    ++seen.nowhere;
  else
    ++seen.preempting;
}

}  // namespace

std::vector<std::string> differences(const k8s::pod_ptr& pod, scoring::profile& berth, scoring::live_cluster& live,
                                     const reference::profile& plain, const k8s::cluster_objects& objects,
                                     kinds_of_decisions& seen) {
  const reference::snapshot now(objects, {plain.scheduler_name});
  const reference::decision theirs = reference::decide(*pod, plain, now);
  count(theirs, seen);
  const scoring::pod_info info = live.intern(pod);
  std::vector<std::string> found;
  run_check(theirs, live, found).check(berth, info);

  controller::pod_judgement explained;
  explained.pod = pod->key.text();
  explained.why = berth.explain(info, live);
  tally counts;
  compare(answer_of(*pod, theirs), answer_of(explained), "explain:", false, counts);
  found.insert(found.end(), counts.differences.begin(), counts.differences.end());
  return found;
}

}  // namespace berth::test
