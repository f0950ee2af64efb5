#include "controller/schedule/scheduler.hpp"

#include <utility>

/// What becomes of PostFilter's wish to evict pods: the scheduler's side of preemptions.hpp.
namespace berth::controller {

void scheduler::make_room(const attempt& a, const scoring::preempt_pods& wanted) {
  log_.info(2, "the target node for the preemption is determined", {{"node", wanted.node}, {"pod", a.pod().key}});
  preemption p{a.entry.pod.pod, a.profile, wanted.node, {}, clock_.now()};
  for (const std::string& uid : wanted.victims)
    if (const scoring::pod_info* victim = cache_.index().find_placed(uid)) p.victims.push_back(victim->pod);
  metrics_.scheduling.chose_victims(wanted.victims.size());
  preemptions_.begin(std::move(p));
}

void scheduler::gate(const k8s::pod& preemptor, bool closed) { cache_.set_preempting(preemptor.uid, closed); }

std::vector<k8s::pod_ptr> scheduler::nominated_below(const std::string& node, std::int32_t priority) const {
  std::vector<k8s::pod_ptr> out;
  for (const scoring::pod_info& p : cache_.index().nominated().on(node))
    if (p.spec().priority < priority) out.push_back(p.pod);
  return out;
}

// Upstream: waitingPod.Preempt, podInPreBind.CancelPod. The pod is not to blame: it is tried again after backoff.
bool scheduler::let_go(const k8s::pod& victim) {
  std::string why = "waiting on permit for pod: preempted";
  attempt_ptr held = permits_.take(victim.uid);
  if (held != nullptr) {
    metrics_.scheduling.waited_on_permit("Error", clock_.now() - held->held_since);
  } else {
    held = binding_.take_waiting(victim.uid);
    if (held == nullptr) return false;
    why = "running PreBind plugin \"" + held->pre_bind_plugin + "\": preempted by DefaultPreemption";
  }
  held->placed->take_back();
  const k8s::pod_ptr as_placed = held->placed->pod().pod;
  break_off(*held, scoring::status::failed(std::move(why)));
  happened(assigned_pod_deleted(as_placed));
  return true;
}

bool scheduler::stays(const k8s::pod& victim) const {
  const scoring::pod_info* there = cache_.index().find_placed(victim.uid);
  return there != nullptr && !there->pod->terminating();
}

void scheduler::evicted(const preemption& why, const k8s::pod& victim, bool in_memory) {
  const k8s::pod& preemptor = *why.preemptor;
  log_.info(2, in_memory ? "Preemptor preempted a waiting pod" : "Preemptor Pod preempted victim Pod",
            {{"preemptor", preemptor.key}, {"victim", victim.key}, {"node", why.node}});
  events_.record(
      reference_to(victim), preempted_event, why.profile->reporter,
      "Preempted by pod " + preemptor.uid + " on node " + why.node + (in_memory ? " (in kube-scheduler memory)." : ""),
      reference_to(preemptor));
}

void scheduler::not_evicted(const preemption& why, const k8s::pod& victim, const k8s::error& error) {
  log_.error(error.detail, "Tried to preempted pod", {{"pod", victim.key}, {"preemptor", why.preemptor->key}});
}

void scheduler::nomination_not_cleared(const preemption& why, const k8s::error& error) {
  log_.error(error.detail, "Cannot clear 'NominatedNodeName' field from lower priority pods on the same target node",
             {{"node", why.node}});
}

void scheduler::over(const preemption& done, bool failed, next_try when) {
  metrics_.scheduling.preempted(failed, clock_.now() - done.begun);
  log_.info(2, "Async Preemption finished completely",
            {{"preemptor", done.preemptor->key}, {"node", done.node}, {"result", failed ? "error" : "success"}});
  // Upstream activates it after a failure too, and asks a server that refuses evictions as fast as it answers.
  if (when == next_try::after_backoff) queue_.retry(done.preemptor->uid, clock_.now());
  if (when == next_try::at_once) queue_.activate(done.preemptor->uid, clock_.now());
  if (when != next_try::when_told) wake_.notify();
}

}  // namespace berth::controller
