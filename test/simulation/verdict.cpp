#include "test/simulation/verdict.hpp"

#include "test/simulation/room.hpp"

#include <algorithm>

namespace berth::simulation {

namespace {

bool waits(const k8s::pod& pod) {
  return pod.spec->scheduler_name == "berth" && pod.node_name.empty() && !pod.terminating() && !pod.terminal();
}

held held_on(const referee& truth, const std::string& node) {
  held all;
  for (const auto& [uid, pod] : truth.pods())
    if (pod->node_name == node && !pod->terminal()) all.add(*pod);
  return all;
}

/// Whether every event and condition can be expected: nothing went wrong.
bool nothing_went_wrong(const plan& p) {
  return std::ranges::none_of(p.operations, [](const operation& o) { return o.what >= act::crash; });
}

}  // namespace

void judge_placement(referee& judge) {
  for (const auto& [uid, pod] : judge.pods()) {
    if (!waits(*pod) || !pod->scheduling_gates.empty()) continue;
    for (const auto& [name, node] : judge.nodes()) {
      held all = held_on(judge, name);
      all.add(*pod);
      if (!may_run_on(*pod, *node) || !all.fits_in(*node)) continue;
      judge.violated("P4", "pod " + pod->key.name + " waits, and fits on " + name);
      break;
    }
  }
}

std::vector<std::string> faults_of_cache(const referee& truth, const replica& process) {
  std::vector<std::string> faults;
  const auto& scheduler = process.scheduler();
  const auto& cache = scheduler.cache();
  const std::string who = "replica " + std::to_string(process.number());
  const auto differs = [&](const std::string& what, std::size_t has, std::size_t should) {
    if (has != should)
      faults.push_back(who + " has " + std::to_string(has) + " " + what + ", the server " + std::to_string(should));
  };
  std::size_t placed = 0, waiting = 0;
  for (const auto& [uid, pod] : truth.pods()) {
    if (pod->terminal()) continue;
    waiting += waits(*pod);
    if (pod->node_name.empty()) continue;
    ++placed;
    if (const std::string there = cache.node_seen(pod->key, uid); there != pod->node_name)
      faults.push_back(who + " has " + pod->key.name + " on \"" + there + "\", the server on " + pod->node_name);
  }
  differs("pods on nodes", cache.index().placed_count(), placed);
  differs("nodes", cache.node_count(), truth.nodes().size());
  for (const auto& [name, node] : truth.nodes()) {
    const auto n = cache.index().find_node(name);
    if (n == scoring::no_node) continue;
    differs("thousandths of CPU in use on " + name, static_cast<std::size_t>(cache.index().requested_of(n, "cpu")),
            static_cast<std::size_t>(held_on(truth, name).cpu));
  }
  differs("assumed pods", cache.assumed_count(), 0);
  differs("bindings in flight", scheduler.bindings_in_flight(), 0);
  using controller::queue_name;
  std::size_t queued = scheduler.queue().in_flight();
  for (const queue_name q : {queue_name::active, queue_name::backoff, queue_name::unschedulable, queue_name::gated})
    queued += scheduler.queue().size(q);
  differs("pods in the queue", queued, waiting);
  return faults;
}

void judge_words(referee& judge, const plan& p) {
  for (const auto& [uid, pod] : judge.pods()) {
    if (!waits(*pod)) continue;
    const bool gated = !pod->scheduling_gates.empty();
    const std::string expected = gated ? "SchedulingGated" : "Unschedulable";
    const std::string said = pod->scheduled ? pod->scheduled->reason : "nothing";
    // The API server says of a new pod that it is gated, and nobody later: where its gates came back out of an older
    // copy of etcd, the condition may be that of an attempt meanwhile.
    const bool gates_may_be_back = gated && judge.was_restored();
    if (!pod->scheduled || pod->scheduled->status_true || (said != expected && !gates_may_be_back))
      judge.violated("P7", "pod " + pod->key.name + " waits, and its condition says " + said);
    if (!gated && nothing_went_wrong(p) && !judge.was_restored() && judge.events_about(uid, "FailedScheduling") == 0)
      judge.violated("P7", "pod " + pod->key.name + " waits, and no event says why");
  }
}

end_state end_of(const referee& truth) {
  end_state end;
  for (const auto& [uid, pod] : truth.pods()) {
    if (pod->spec->scheduler_name != "berth") continue;
    const std::string& name = pod->key.name;
    end.pods[name] = !pod->node_name.empty() ? "bound" : pod->scheduled ? pod->scheduled->reason : "";
    for (const char* reason : {"Scheduled", "FailedScheduling"})
      if (truth.events_about(uid, reason) > 0) end.events.insert(name + ": " + reason);
  }
  return end;
}

}  // namespace berth::simulation
