#include "test/parity/replay.hpp"

#include "controller/config/configuration.hpp"
#include "controller/offline/explain_pods.hpp"
#include "controller/offline/waiting_pods.hpp"
#include "test/parity/answers.hpp"
#include "test/parity/events.hpp"

#include <algorithm>
#include <string>

#include <vector>

namespace berth::test {

namespace {

controller::scheduler_configuration configuration_of(const recording& recorded, const std::string& configs) {
  if (!recorded.config_text.empty()) return controller::parse_configuration(recorded.config_text, "configuration");
  if (recorded.config.empty()) return controller::default_configuration("default-scheduler");
  return controller::load_configuration(configs + "/" + recorded.config + ".yaml");
}

// Upstream's hint of NodeResourcesFit knows nothing of resources that the profile ignores: a node without one is taken
// for one that the pod does not fit on. See docs/parity.md.
bool lacks_what_is_ignored(const scoring::pod_info& pod, const recorded_event& event) {
  if (event.after.nodes.empty()) return false;
  const k8s::resource_list& room = event.after.nodes.front()->allocatable;
  return std::any_of(pod.requests->scalars.begin(), pod.requests->scalars.end(), [&](const auto& wanted) {
    const k8s::quantity* there = room.find(wanted.first);
    return wanted.second > (there == nullptr ? 0 : there->value());
  });
}

// A node that comes to match the profile's added affinity wakes pods here alone. See docs/parity.md.
bool woken_by_added_affinity(const recording& recorded, const controller::waiting_pod& pod,
                             std::vector<std::string> refused_by, const scoring::cluster& nodes,
                             const recorded_event& event) {
  if (recorded.config_text.find("addedAffinity") == recorded.config_text.npos) return false;
  if (event.before.nodes.empty() || event.after.nodes.empty()) return false;
  if (std::erase(refused_by, "NodeAffinity") == 0) return false;
  return refused_by.empty() || !wakes(*pod.profile, pod.pod, refused_by, nodes, event);
}

// Which events wake a pod that fits nowhere.
tally compare_wakes(const recording& recorded, const recorded_pod& theirs, const controller::pod_judgement& ours,
                    const controller::waiting_pod& pod, const scoring::cluster& nodes, const std::string& where) {
  tally counts;
  if (!theirs.panic.empty() || ours.fits() || !ours.why.error.empty()) return counts;
  for (std::size_t i = 0; i < theirs.wakes.size() && i < recorded.events.size(); ++i) {
    ++counts.wakes;
    const bool woken = wakes(*pod.profile, pod.pod, ours.why.why.plugins, nodes, recorded.events[i]);
    if (woken == theirs.wakes[i]) continue;
    if (woken && lacks_what_is_ignored(pod.pod, recorded.events[i])) {
      ++counts.skipped["wakes by nodes that lack a resource which is ignored"];
      continue;
    }
    if (woken && woken_by_added_affinity(recorded, pod, ours.why.why.plugins, nodes, recorded.events[i])) {
      ++counts.skipped["wakes by nodes that come to match added affinity"];
      continue;
    }
    std::string text = where + " " + ours.pod + " wakes by event " + std::to_string(i);
    for (const controller::cluster_change& c : changes_of(recorded.events[i])) text += std::string(" ") + c.label;
    text += ", refused by";
    for (const std::string& p : ours.why.why.plugins) text += " " + p;
    counts.differences.push_back(text + (theirs.wakes[i] ? ": yes / no" : ": no / yes"));
  }
  return counts;
}

}  // namespace

tally replay(const recording& recorded, const std::string& configs, const std::string& where) {
  std::vector<scoring::profile> profiles =
      controller::make_profiles(configuration_of(recorded, configs), scoring::default_registry());
  const std::vector<controller::pod_judgement> ours = controller::judge_pods(recorded.cluster, profiles, {});
  tally counts;
  if (ours.size() != recorded.verdicts.size()) {
    counts.differences.push_back(where + " pods: " + std::to_string(recorded.verdicts.size()) + " / " +
                                 std::to_string(ours.size()));
    return counts;
  }
  const recording_comparison beside(recorded, where);
  scoring::live_cluster nodes;
  const std::vector<controller::waiting_pod> waiting =
      controller::load_cluster(recorded.cluster, profiles, false, nodes);
  for (std::size_t i = 0; i < ours.size(); ++i) {
    const tally one = beside.compare(i, answer_of(ours[i]));
    counts.add(one);
    if (one.differences.empty())
      counts.add(compare_wakes(recorded, recorded.verdicts[i], ours[i], waiting[i], nodes, where));
  }
  return counts;
}

}  // namespace berth::test
