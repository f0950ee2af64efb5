#include "test/parity/comparison.hpp"

#include "scoring/plugins/not_yet.hpp"

#include <algorithm>
#include <set>
#include <string_view>

namespace berth::test {

namespace {

bool is_not_there(const std::string& plugin) {
  static const scoring::registry not_yet = [] {
    scoring::registry names;
    scoring::add_not_yet(names);
    return names;
  }();
  return not_yet.find(plugin) != nullptr;
}

bool scores_alike(const std::string& plugin) { return !is_not_there(plugin); }

bool is_not_yet(const scoring::node_verdict& v) {
  return v.refused != nullptr && !v.refused->reasons.empty() &&
         v.refused->reasons.front().starts_with("berth does not support ");
}

bool went_by_what_is_not_there(const recorded_node& n) { return !n.feasible && is_not_there(n.plugin); }

bool same_refusal(const recorded_node& theirs, const scoring::status& ours) {
  std::vector<std::string> reasons = ours.reasons;
  std::sort(reasons.begin(), reasons.end());
  return theirs.plugin == ours.plugin && theirs.code == scoring::name_of(ours.what) && theirs.reasons == reasons;
}

std::string shown(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
  return "[" + all + "]";
}

std::string shown(const recorded_node& n) {
  return n.feasible ? "feasible" : n.plugin + " " + n.code + " " + shown(n.reasons);
}

std::string shown(const scoring::node_verdict& v) {
  if (v.refused == nullptr) return "feasible";
  return std::string(v.refused->plugin) + " " + std::string(scoring::name_of(v.refused->what)) + " " +
         shown(v.refused->reasons);
}

// The error of a cycle, without what it says of the node: a Filter's error may come from any node on which the plugin
// fails, and kube-scheduler names the first that it meets, beginning where its last search ended.
std::string_view without_node(std::string_view error) {
  constexpr std::string_view filter = "\" filter plugin: ";
  const auto at = error.starts_with("running \"") ? error.find(filter) : error.npos;
  return at == error.npos ? error : error.substr(0, at + filter.size());
}

// One pod's comparison: what differs is told with kube-scheduler's answer first.
class comparison {
 public:
  comparison(const recorded_pod& theirs, const controller::pod_judgement& ours, std::string where,
             bool wants_doubled_port, tally& counts)
      : theirs_(theirs),
        ours_(ours),
        nodes_(ours.why.nodes),
        where_(std::move(where)),
        wants_doubled_port_(wants_doubled_port),
        counts_(counts) {}

  void run() {
    ++counts_.pods;
    if (theirs_.pod != ours_.pod) return differ("pod", theirs_.pod, ours_.pod);
    if (theirs_.held.empty() != ours_.held_back.empty()) return differ("held back", theirs_.held, ours_.held_back);
    if (!theirs_.held.empty()) return;
    if (!theirs_.panic.empty()) return compare_as_far_as_it_went();
    if (!theirs_.error.empty() || !ours_.why.error.empty()) return compare_errors();
    if (nodes_.size() != theirs_.nodes.size())
      return differ("nodes", std::to_string(theirs_.nodes.size()), std::to_string(nodes_.size()));
    bool comparable = true;
    for (std::size_t i = 0; i < nodes_.size(); ++i) comparable = compare_node(i) && comparable;
    if (!comparable) {
      ++counts_.skipped["messages and scores of pods with such nodes"];
      return;
    }
    if (theirs_.best.empty()) {
      compare_messages();
    } else {
      compare_scores();
    }
  }

 private:
  void differ(const std::string& what, const std::string& theirs, const std::string& ours) {
    counts_.differences.push_back(where_ + " " + what + ": " + theirs + " / " + ours);
  }

  // kube-scheduler ended in this cycle: in Score, or while the oracle asked for scores where one node fits.
  void compare_as_far_as_it_went() {
    ++counts_.skipped["kube-scheduler panics"];
    for (std::size_t i = 0; i < theirs_.nodes.size() && i < nodes_.size(); ++i) compare_node(i);
    if (theirs_.best.size() != 1) return;
    ++counts_.bests;
    if (theirs_.best != ours_.why.best) differ("best", shown(theirs_.best), shown(ours_.why.best));
  }

  void compare_errors() {
    const bool asks_what_is_not_there = std::any_of(nodes_.begin(), nodes_.end(), is_not_yet);
    if (ours_.why.error.empty() && asks_what_is_not_there) {
      ++counts_.skipped["errors of plugins that are not there"];
      return;
    }
    ++counts_.messages;
    if (without_node(theirs_.error) != without_node(ours_.why.error)) differ("error", theirs_.error, ours_.why.error);
  }

  // Whether the node's verdict could be compared.
  bool compare_node(std::size_t i) {
    const recorded_node& theirs = theirs_.nodes[i];
    const scoring::node_verdict& ours = nodes_[i];
    if (went_by_what_is_not_there(theirs) && ours.refused != nullptr) {
      ++counts_.skipped[theirs.plugin + " decided"];
      return false;
    }
    if (is_not_yet(ours)) {
      ++counts_.skipped[std::string(ours.refused->plugin) + " would have a say"];
      return false;
    }
    const bool same =
        theirs.feasible ? ours.refused == nullptr : ours.refused != nullptr && same_refusal(theirs, *ours.refused);
    if (!same || theirs.name != ours.name) differ(theirs.name, shown(theirs), shown(ours));
    ++counts_.nodes;
    return true;
  }

  void compare_messages() {
    ++counts_.messages;
    std::string expected = theirs_.message;
    std::string message = ours_.why.why.message();
    const bool preempts = !is_not_there("DefaultPreemption");
    if (!preempts || theirs_.nominated.size() > 1) {
      expected = before_preemption(expected);
      message = before_preemption(message);
    }
    if (preempts && wants_doubled_port_ && before_preemption(expected) == before_preemption(message) &&
        (expected != message || !same_nomination())) {
      ++counts_.skipped["preemption for a host port that two pods of a node hold"];
      return;
    }
    if (expected != message) {
      if (const std::string_view why = tried_otherwise(expected, message); !why.empty()) {
        ++counts_.skipped[std::string(why)];
        return;
      }
      differ("message", expected, message);
    }
    if (preempts) compare_nominations();
  }

  bool same_nomination() const {
    const std::vector<std::string>& theirs = theirs_.nominated;
    const std::string& ours = ours_.why.nominated;
    return theirs.empty() ? ours.empty() : std::find(theirs.begin(), theirs.end(), ours) != theirs.end();
  }

  // Why preemption's dry run may come out otherwise where the verdicts are the same; "" where it may not.
  static std::string_view tried_otherwise(const std::string& theirs, const std::string& ours) {
    if (before_preemption(theirs) != before_preemption(ours)) return "";
    if (ours.find("berth does not support ") != ours.npos)
      return "preemption where plugins that are not there have a say";
    return "";
  }

  static std::string before_preemption(const std::string& message) {
    return message.substr(0, message.find(" preemption:"));
  }

  void compare_nominations() {
    ++counts_.nominations;
    if (!same_nomination()) return differ("nominated", shown(theirs_.nominated), ours_.why.nominated);
    const auto there = theirs_.victims.find(ours_.why.nominated);
    if (there != theirs_.victims.end()) compare_victims(there->second);
  }

  // In their order too: the first are evicted together, the last of them when they have gone.
  void compare_victims(const std::vector<std::string>& theirs) {
    ++counts_.victims;
    if (theirs != ours_.why.victims) differ("victims", shown(theirs), shown(ours_.why.victims));
  }

  // A plugin that is absent scored 0.
  void compare_scores() {
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (nodes_[i].refused != nullptr) continue;
      std::map<std::string, std::int64_t> ours;
      for (const auto& [plugin, score] : nodes_[i].scores) ours[std::string(plugin)] = score;
      for (const auto& [plugin, score] : theirs_.nodes[i].scores) ours.try_emplace(plugin, 0);
      for (const auto& [plugin, score] : ours) {
        if (!scores_alike(plugin)) continue;
        ++counts_.scores;
        const auto there = theirs_.nodes[i].scores.find(plugin);
        const std::int64_t expected = there == theirs_.nodes[i].scores.end() ? 0 : there->second;
        if (expected != score)
          differ(theirs_.nodes[i].name + " " + plugin, std::to_string(expected), std::to_string(score));
      }
    }
    if (!others_agree()) {
      ++counts_.skipped["best nodes where other plugins scored"];
      return;
    }
    ++counts_.bests;
    if (theirs_.best != ours_.why.best) differ("best", shown(theirs_.best), shown(ours_.why.best));
  }

  // Whether the plugins that are not there gave all nodes the same, so that they do not matter to which node is best.
  bool others_agree() const {
    std::map<std::string, std::set<std::int64_t>> seen;
    for (const recorded_node& n : theirs_.nodes)
      for (const auto& [plugin, score] : n.scores)
        if (!scores_alike(plugin)) seen[plugin].insert(score);
    return std::all_of(seen.begin(), seen.end(), [](const auto& s) { return s.second.size() == 1; });
  }

  const recorded_pod& theirs_;
  const controller::pod_judgement& ours_;
  const std::vector<scoring::node_verdict>& nodes_;
  std::string where_;
  bool wants_doubled_port_;
  tally& counts_;
};

}  // namespace

void tally::add(const tally& more) {
  pods += more.pods;
  nodes += more.nodes;
  scores += more.scores;
  messages += more.messages;
  bests += more.bests;
  nominations += more.nominations;
  victims += more.victims;
  for (const auto& [why, count] : more.skipped) skipped[why] += count;
  differences.insert(differences.end(), more.differences.begin(), more.differences.end());
}

void compare(const recorded_pod& theirs, const controller::pod_judgement& ours, const std::string& where,
             bool wants_doubled_port, tally& counts) {
  comparison(theirs, ours, where, wants_doubled_port, counts).run();
}

}  // namespace berth::test
