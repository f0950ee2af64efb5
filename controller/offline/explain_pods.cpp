#include "controller/offline/explain_pods.hpp"

#include "controller/offline/waiting_pods.hpp"

namespace berth::controller {

void judge_each(const k8s::cluster_objects& objects, std::vector<scoring::profile>& profiles,
                const judge_options& options, const std::function<void(pod_judgement&&)>& report) {
  scoring::live_cluster nodes;
  std::vector<waiting_pod> waiting = load_cluster(objects, profiles, options.any_scheduler_name, nodes);
  if (options.simulate) sort_as_queued(waiting);
  for (const waiting_pod& w : waiting) {
    pod_judgement j;
    j.object = w.pod.pod;
    j.pod = w.pod.pod->key.text();
    const bool reported = options.only.empty() || options.only == j.pod;
    if (!reported && !options.simulate) continue;
    j.profile = w.pod.spec().scheduler_name;
    j.held_back = held_back(w, nodes);
    if (j.held_back.empty()) j.why = w.profile->explain(w.pod, nodes);
    if (options.simulate) {
      j.node = j.fits() ? j.why.best.front() : "";
      if (j.fits()) nodes.place(w.pod, *j.node);
    }
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
