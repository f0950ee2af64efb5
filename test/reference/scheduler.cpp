#include "test/reference/scheduler.hpp"

#include "test/reference/cycle.hpp"
#include "test/reference/messages.hpp"
#include "test/reference/preemption.hpp"

#include <algorithm>

namespace berth::reference {

namespace {

/// Upstream: PreEnqueue of SchedulingGates; skipPodSchedule.
std::string held(const k8s::pod& pod, const profile& by) {
  if (pod.terminating()) return "skip schedule deleting pod: " + pod.key.text();
  const auto& asked = by.pre_enqueue;
  if (pod.scheduling_gates.empty() || std::find(asked.begin(), asked.end(), "SchedulingGates") == asked.end())
    return "";
  std::string gates;
  for (const std::string& g : pod.scheduling_gates) gates += (gates.empty() ? "" : " ") + g;
  return "waiting for scheduling gates: [" + gates + "]";
}

class judge {
 public:
  judge(const k8s::pod& pod, const profile& by, const snapshot& now)
      : pod_(pod), profile_(by), now_(now), cycle_(by, pod, now), said_(now.nodes.size()) {}

  decision run() {
    if (now_.nodes.empty()) {
      made_.message = "no nodes available to schedule pods";
      return made_;
    }
    cycle::pre_filter_result first = cycle_.pre_filter();
    if (first.what.what == code::error) {
      made_.error = first.what.message();
      return made_;
    }
    if (first.what.rejected()) {
      said_.assign(now_.nodes.size(), first.what);
      fits_nowhere("0/" + std::to_string(said_.size()) + " nodes are available: " + first.what.message() + ".");
      return made_;
    }
    const bool taken = try_nominated_node(first);
    for (std::size_t i = 0; i < now_.nodes.size(); ++i) filter(i, first);
    if (taken) said_[nominated_] = {};
    finish(taken);
    return made_;
  }

 private:
  /// The nominated node goes before all others. What refuses the pod there is remembered even where PreFilter had other
  /// nodes in mind. Upstream: evaluateNominatedNode.
  bool try_nominated_node(cycle::pre_filter_result& first) {
    for (nominated_ = 0; nominated_ < now_.nodes.size(); ++nominated_) {
      if (now_.nodes[nominated_].node->name != pod_.nominated_node_name) continue;
      status said = cycle_.filter(now_.nodes[nominated_]);
      if (said.rejected()) {
        said_[nominated_] = said;
        first.narrowed_by.insert(said.plugin);
      }
      return said.ok();
    }
    return false;
  }

  void filter(std::size_t i, const cycle::pre_filter_result& first) {
    if (!first.only || first.only->contains(now_.nodes[i].node->name)) {
      said_[i] = cycle_.filter(now_.nodes[i]);
      return;
    }
    if (!said_[i].ok()) return;
    std::string plugins;
    for (const std::string& name : first.narrowed_by) plugins += (plugins.empty() ? "" : " ") + name;
    said_[i] = refuse_for_good("node(s) didn't satisfy plugin(s) [" + plugins + "]");
  }

  void finish(bool taken) {
    std::vector<const node_state*> feasible;
    for (std::size_t i = 0; i < said_.size(); ++i) {
      if (said_[i].ok()) feasible.push_back(&now_.nodes[i]);
      if (said_[i].what == code::error && !taken) {
        made_.error = said_[i].message();
        return;
      }
    }
    if (feasible.empty()) return fits_nowhere(fit_error(said_));

    // kube-scheduler asks for no scores where it has one node to choose from; what goes wrong in them is no error then.
    const bool no_choice = taken || feasible.size() == 1;
    const cycle::scores scores = cycle_.score(feasible);
    if (!scores.error.empty() && !no_choice) {
      made_.error = scores.error;
      return;
    }
    enter_nodes(scores);
    std::int64_t most = 0;
    for (const node_decision& n : made_.nodes)
      if (n.refused.ok()) most = std::max(most, n.total);
    for (const node_decision& n : made_.nodes)
      if (n.refused.ok() && (taken ? n.name == pod_.nominated_node_name : n.total == most))
        made_.best.push_back(n.name);
    made_.best_is_nominated = taken;
  }

  void enter_nodes(const cycle::scores& scores) {
    std::size_t row = 0;
    for (std::size_t i = 0; i < said_.size(); ++i) {
      node_decision n{now_.nodes[i].node->name, said_[i]};
      if (said_[i].ok() && scores.error.empty() && !scores.by_node.empty()) n.scores = scores.by_node[row++];
      for (const auto& [plugin, score] : n.scores) n.total += score;
      made_.nodes.push_back(std::move(n));
    }
  }

  void fits_nowhere(std::string message) {
    enter_nodes({});
    if (std::find(profile_.post_filter.begin(), profile_.post_filter.end(), "DefaultPreemption") !=
        profile_.post_filter.end()) {
      const preemption_result r = preempt(cycle_, said_);
      made_.uncertain = r.uncertain;
      message += " " + r.message;
      for (const auto& [node, chosen] : r.best)
        for (const k8s::pod_ptr& p : chosen.pods) made_.nominated[node].push_back(p->key.text());
    }
    made_.message = std::move(message);
  }

  const k8s::pod& pod_;
  const profile& profile_;
  const snapshot& now_;
  cycle cycle_;
  std::vector<status> said_;  ///< by node
  std::size_t nominated_ = 0;
  decision made_;
};

}  // namespace

decision decide(const k8s::pod& pod, const profile& by, const snapshot& now) {
  decision d;
  if (pod.spec->resource_claims != 0) d.left_out = "claims of devices";
  d.held = held(pod, by);
  if (!d.left_out.empty() || !d.held.empty()) return d;
  return judge(pod, by, now).run();
}

}  // namespace berth::reference
