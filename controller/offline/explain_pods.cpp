#include "controller/offline/explain_pods.hpp"

#include "controller/offline/waiting_pods.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

namespace berth::controller {

namespace {

// Looks for changes over a second index of the same objects, which is made when the first pod fits nowhere.
class remedy_desk {
 public:
  remedy_desk(const k8s::cluster_objects& objects, std::vector<scoring::profile>& profiles, bool any_scheduler_name)
      : objects_(objects), profiles_(profiles), any_scheduler_name_(any_scheduler_name) {}

  std::shared_ptr<const scoring::remedy_list> find(const waiting_pod& w, bool preempts) {
    if (!nodes_) load_cluster(objects_, profiles_, any_scheduler_name_, nodes_.emplace());
    auto pod = std::make_shared<k8s::pod>(*w.pod.pod);
    auto& known = by_spec_[{w.profile, pod->spec, preempts}];
    // What is nominated for a pod is its own, and not that of pods like it.
    if (known != nullptr && pod->nominated_node_name.empty()) return known;
    return known = std::make_shared<const scoring::remedy_list>(
               scoring::find_remedies(*w.profile, nodes_->intern(std::move(pod)), *nodes_, {.evictions = !preempts}));
  }

 private:
  const k8s::cluster_objects& objects_;
  std::vector<scoring::profile>& profiles_;
  const bool any_scheduler_name_;
  std::optional<scoring::live_cluster> nodes_;
  std::map<std::tuple<scoring::profile*, std::shared_ptr<const k8s::pod_spec>, bool>,
           std::shared_ptr<const scoring::remedy_list>>
      by_spec_;
};

// The victims go, and the pod takes the room on its nominated node, if it fits there then. Returns the node, or "".
std::string preempt(const waiting_pod& w, const scoring::explanation& why, scoring::live_cluster& nodes) {
  std::vector<std::string> uids;
  nodes.for_each_placed([&](const scoring::pod_info& placed, std::string_view) {
    const auto& victims = why.victims;
    if (std::find(victims.begin(), victims.end(), placed.pod->key.text()) != victims.end())
      uids.push_back(placed.pod->uid);
  });
  for (const std::string& uid : uids) nodes.remove(uid);
  auto nominated = std::make_shared<k8s::pod>(*w.pod.pod);
  nominated->nominated_node_name = why.nominated;
  const scoring::explanation again = w.profile->explain({std::move(nominated), w.pod.requests}, nodes);
  if (again.best.empty()) nodes.nominations().set(w.pod, why.nominated);
  return again.best.empty() ? "" : again.best.front();
}

std::string simulated_node(const waiting_pod& w, const pod_judgement& j, scoring::live_cluster& nodes) {
  std::string node = j.fits() ? j.why.best.front() : "";
  if (node.empty() && !j.why.nominated.empty()) node = preempt(w, j.why, nodes);
  if (node.empty()) return "";
  nodes.place(w.pod, node);
  nodes.nominations().remove(w.pod.pod->uid);
  return node;
}

}  // namespace

void judge_each(const k8s::cluster_objects& objects, std::vector<scoring::profile>& profiles,
                const judge_options& options, const std::function<void(pod_judgement&&)>& report) {
  scoring::live_cluster nodes;
  std::vector<waiting_pod> waiting = load_cluster(objects, profiles, options.any_scheduler_name, nodes);
  if (options.simulate) sort_as_queued(waiting);
  remedy_desk desk(objects, profiles, options.any_scheduler_name);
  for (const waiting_pod& w : waiting) {
    pod_judgement j;
    j.object = w.pod.pod;
    j.pod = w.pod.pod->key.text();
    const bool reported = options.only.empty() || options.only == j.pod;
    if (!reported && !options.simulate) continue;
    j.profile = w.pod.spec().scheduler_name;
    j.held_back = held_back(w, nodes);
    if (j.held_back.empty()) j.why = w.profile->explain(w.pod, nodes);
    const bool refused = j.held_back.empty() && j.why.error.empty() && !j.fits();
    if (refused && options.remedies && !options.simulate) j.remedies = desk.find(w, !j.why.nominated.empty());
    if (options.simulate) j.node = simulated_node(w, j, nodes);
    if (!reported) continue;
    report(std::move(j));
    if (!options.only.empty()) return;
  }
}

std::vector<pod_judgement> judge_pods(const k8s::cluster_objects& objects, std::vector<scoring::profile>& profiles,
                                      const judge_options& options) {
  std::vector<pod_judgement> all;
  judge_each(objects, profiles, options, [&](pod_judgement&& one) { all.push_back(std::move(one)); });
  return all;
}

}  // namespace berth::controller
