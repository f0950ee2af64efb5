#include "controller/offline/explain_pods.hpp"

#include "controller/offline/waiting_pods.hpp"

namespace berth::controller {

std::vector<pod_judgement> judge_pods(const k8s::cluster_objects& objects, std::vector<scoring::profile>& profiles,
                                      judge_options options) {
  scoring::live_cluster nodes;
  std::vector<waiting_pod> waiting = load_cluster(objects, profiles, options.any_scheduler_name, nodes);
  if (options.simulate) sort_as_queued(waiting);
  std::vector<pod_judgement> out;
  out.reserve(waiting.size());
  for (const waiting_pod& w : waiting) {
    pod_judgement j;
    j.pod = w.pod.pod->key.text();
    j.profile = w.pod.spec().scheduler_name;
    j.held_back = held_back(w);
    if (j.held_back.empty()) j.why = w.profile->explain(w.pod, nodes);
    if (options.simulate) {
      j.node = j.fits() ? j.why.best.front() : "";
      if (j.fits()) nodes.place(w.pod, *j.node);
    }
    out.push_back(std::move(j));
  }
  return out;
}

}  // namespace berth::controller
