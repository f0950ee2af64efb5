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

bool is_not_yet(const recorded_node& ours) {
  return !ours.reasons.empty() && ours.reasons.front().starts_with("berth does not support ");
}

bool went_by_what_is_not_there(const recorded_node& n) { return !n.feasible && is_not_there(n.plugin); }

bool same_verdict(const recorded_node& theirs, const recorded_node& ours) {
  if (theirs.name != ours.name || theirs.feasible != ours.feasible) return false;
  return theirs.feasible ||
         (theirs.plugin == ours.plugin && theirs.code == ours.code && theirs.reasons == ours.reasons);
}

std::string shown(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
  return "[" + all + "]";
}

std::string shown(const recorded_node& n) {
  return n.feasible ? "feasible" : n.plugin + " " + n.code + " " + shown(n.reasons);
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
  comparison(const recorded_pod& theirs, const recorded_pod& ours, std::string where, bool wants_doubled_port,
             tally& counts)
      : theirs_(theirs),
        ours_(ours),
        nodes_(ours.nodes),
        where_(std::move(where)),
        wants_doubled_port_(wants_doubled_port),
        counts_(counts) {}

  void run() {
    ++counts_.pods;
    if (theirs_.pod != ours_.pod) return differ("pod", theirs_.pod, ours_.pod);
    if (theirs_.held.empty() != ours_.held.empty()) return differ("held back", theirs_.held, ours_.held);
    if (!theirs_.held.empty()) return;
    if (!theirs_.panic.empty()) return compare_as_far_as_it_went();
    if (!theirs_.error.empty() || !ours_.error.empty()) return compare_errors();
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
    if (theirs_.best != ours_.best) differ("best", shown(theirs_.best), shown(ours_.best));
  }

  void compare_errors() {
    const bool asks_what_is_not_there = std::any_of(nodes_.begin(), nodes_.end(), is_not_yet);
    if (ours_.error.empty() && asks_what_is_not_there) {
      ++counts_.skipped["errors of plugins that are not there"];
      return;
    }
    ++counts_.messages;
    const auto same = [&](const std::string& e) { return without_node(e) == without_node(ours_.error); };
    if (!same(theirs_.error) && std::none_of(theirs_.errors.begin(), theirs_.errors.end(), same))
      differ("error", theirs_.error, ours_.error);
  }

  // Whether the node's verdict could be compared.
  bool compare_node(std::size_t i) {
    const recorded_node& theirs = theirs_.nodes[i];
    const recorded_node& ours = nodes_[i];
    if (went_by_what_is_not_there(theirs) && !ours.feasible) {
      ++counts_.skipped[theirs.plugin + " decided"];
      return false;
    }
    if (is_not_yet(ours)) {
      ++counts_.skipped[ours.plugin + " would have a say"];
      return false;
    }
    if (!same_verdict(theirs, ours)) differ(theirs.name, shown(theirs), shown(ours));
    ++counts_.nodes;
    return true;
  }

  void compare_messages() {
    ++counts_.messages;
    std::string expected = theirs_.message;
    std::string message = ours_.message;
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
    if (theirs_.nominated.empty() != ours_.nominated.empty()) return false;
    return std::all_of(ours_.nominated.begin(), ours_.nominated.end(), [&](const std::string& node) {
      return std::find(theirs_.nominated.begin(), theirs_.nominated.end(), node) != theirs_.nominated.end();
    });
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
    if (!same_nomination()) return differ("nominated", shown(theirs_.nominated), shown(ours_.nominated));
    for (const auto& [node, victims] : ours_.victims)
      if (const auto there = theirs_.victims.find(node); there != theirs_.victims.end())
        compare_victims(there->second, victims);
  }

  // In their order too: the first are evicted together, the last of them when they have gone.
  void compare_victims(const std::vector<std::string>& theirs, const std::vector<std::string>& ours) {
    ++counts_.victims;
    if (theirs != ours) differ("victims", shown(theirs), shown(ours));
  }

  // A plugin that is absent scored 0.
  void compare_scores() {
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (!nodes_[i].feasible) continue;
      std::map<std::string, std::int64_t> ours = nodes_[i].scores;
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
    if (theirs_.best != ours_.best) differ("best", shown(theirs_.best), shown(ours_.best));
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
  const recorded_pod& ours_;
  const std::vector<recorded_node>& nodes_;
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
  wakes += more.wakes;
  for (const auto& [why, count] : more.skipped) skipped[why] += count;
  differences.insert(differences.end(), more.differences.begin(), more.differences.end());
}

void compare(const recorded_pod& theirs, const recorded_pod& ours, const std::string& where, bool wants_doubled_port,
             tally& counts) {
  comparison(theirs, ours, where, wants_doubled_port, counts).run();
}

}  // namespace berth::test
