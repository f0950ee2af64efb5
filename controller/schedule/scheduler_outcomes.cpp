#include "controller/schedule/races.hpp"
#include "controller/schedule/scheduler.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

/// How an attempt ends: bound, refused, or broken off; what becomes of the pod then, and who is told.
namespace berth::controller {

namespace {

constexpr const char* unschedulable = "Unschedulable";
constexpr const char* scheduler_error = "SchedulerError";

name_set names_of(const std::shared_ptr<const std::vector<std::string>>& names) {
  return names == nullptr ? name_set{} : name_set{*names};
}

}  // namespace

scoring::status scheduler::still_fits(const attempt& a) {
  const std::string& node = a.placed->node();
  if (cache_.arrivals_on(node) == a.arrivals) return scoring::status::ok();
  return judge_again(cache_.index(), a.profile->plugins, a.entry.pod, node);
}

// Too late to do anything about it: both are bound, or the other scheduler never looked at the node's room.
void scheduler::placed_by_another(const scoring::pod_info& pod) {
  if (!holds_too_much(cache_.index(), pod.pod->node_name, *pod.requests)) return;
  metrics_.scheduling.raced(race::overcommitted);
  // Such pods may come by the thousand.
  log_.info(4, "Node holds more than its allocatable since another scheduler bound a pod to it",
            {{"node", pod.pod->node_name}, {"pod", pod.pod->key}, {"schedulerName", pod.spec().scheduler_name}});
}

void scheduler::bound(attempt_ptr attempt) {
  const instant now = clock_.now();
  const k8s::pod& pod = attempt->pod();
  const std::string& node = attempt->placed->node();
  recorder_.kept().bound(pod.uid, node, now);
  refusals_.bound(pod.uid, attempt->arrivals);
  log_.info(2, "Successfully bound pod to node",
            {{"pod", pod.key},
             {"node", node},
             {"evaluatedNodes", attempt->evaluated_nodes},
             {"feasibleNodes", attempt->feasible_nodes}});
  metrics_.scheduling.attempted(attempt->profile->number, attempt_result::scheduled, now - attempt->started);
  metrics_.scheduling.bound(attempt->entry.attempts, now - attempt->entry.first_tried.value_or(now));
  if (attempt->entry.flushed) {
    metrics_.scheduling.bound_after_flush();
    log_.info(4, "Pod scheduled after flush from unschedulableEntities",
              {{"pod", pod.key},
               {"unschedulablePlugins", names_of(attempt->entry.refused_by)},
               {"pendingPlugins", name_set{}}});
  }
  events_.record(pod, scheduled_event, attempt->profile->reporter,
                 "Successfully assigned " + pod.key.namespace_ + "/" + pod.key.name + " to " + node);
  attempt->placed->post_bind();
}

void scheduler::not_bound(attempt_ptr attempt, binding_verdict verdict, bool freed, scoring::status why) {
  const k8s::object_key& pod = attempt->pod().key;
  const std::string& uid = attempt->pod().uid;
  // Other pods may be waiting for the room that it held.
  if (freed) happened(assigned_pod_deleted(attempt->placed->pod().pod));
  switch (verdict) {
    case binding_verdict::elsewhere:
      log_.info(0, "Pod has been assigned to node. Abort adding it back to queue.",
                {{"pod", pod}, {"node", cache_.node_seen(pod, uid)}});
      return;
    case binding_verdict::not_sent:
      if (!leads_still()) metrics_.scheduling.withheld();
      recorder_.kept().failed(uid, leads_still() ? "the API server was not reached" : "the lease has run out",
                              clock_.now());
      // Nothing is wrong with the pod: it keeps its turn.
      if (!comes_back(*attempt)) return;
      cache_.nominate(attempt->entry.pod, attempt->pod().nominated_node_name);
      queue_.give_back(std::move(attempt->entry), clock_.now());
      return;
    case binding_verdict::overtaken:
      metrics_.scheduling.raced(race::avoided);
      log_.info(2, "Pod does not fit its node any more; trying again",
                {{"pod", pod}, {"node", attempt->placed->node()}, {"err", why.message()}});
      recorder_.kept().failed(uid, "the room was taken meanwhile: " + why.message(), clock_.now());
      if (!comes_back(*attempt)) return;
      cache_.nominate(attempt->entry.pod, attempt->pod().nominated_node_name);
      queue_.give_back(std::move(attempt->entry), clock_.now());
      wake_.notify();
      return;
    case binding_verdict::gone:
      recorder_.kept().failed(uid, why.message(), clock_.now());
      // The watch will say so too. Until it does, the pod is kept: an answer of 404 may also come from something in
      // between.
      if (comes_back(*attempt)) queue_.failed(std::move(attempt->entry), clock_.now());
      wake_.notify();
      return;
    case binding_verdict::replaced:
      // Should the watch not show it, comparing finds the pod that has its name now.
      recorder_.kept().failed(uid, why.message(), clock_.now());
      cache_.removed(attempt->entry.pod.pod);
      return;
    case binding_verdict::refused:
      // Once the server is well again, the pod must not still be waiting out what it waits for in the queue.
      if (attempt->servers_fault) attempt->entry.errors = std::min(attempt->entry.errors, 1U);
      break_off(*attempt, why);
      return;
    case binding_verdict::bound:
    case binding_verdict::too_early:
    case binding_verdict::unknown:
      break_off(*attempt, why);
      return;
  }
}

/// Takes over the newest state of the pod. False where there is nothing left to schedule.
bool scheduler::renew(attempt& a) {
  const scoring::pod_info* newest = cache_.find_waiting(a.pod().key, a.pod().uid);
  if (newest == nullptr || newest->pod->terminating()) {
    queue_.done(a.pod().uid);
    return false;
  }
  a.entry.pod = *newest;
  return true;
}

void scheduler::refuse_by(attempt& a, const scoring::status& why) {
  if (!scoring::is_rejection(why.what)) return break_off(a, why);
  log_.info(4, "Pod rejected by plugin", {{"pod", a.pod().key}, {"plugin", why.plugin}, {"status", why.message()}});
  refuse(a, {why.plugin}, scoring::diagnosis::after_choice(why).message());
}

void scheduler::refuse(attempt& a, std::vector<std::string> plugins, const std::string& message,
                       const std::optional<std::string>& nominated, bool by_filters) {
  recorder_.kept().refused(a.pod().uid, message, fmt::format("{}", fmt::join(plugins, ", ")), clock_.now());
  metrics_.scheduling.attempted(a.profile->number, attempt_result::unschedulable, clock_.now() - a.started);
  if (cache_.node_count() == 0)
    log_.info(2, "Unable to schedule pod; no nodes are registered to the cluster; waiting", {{"pod", a.pod().key}});
  else
    log_.info(2, "Unable to schedule pod; no fit; waiting", {{"pod", a.pod().key}, {"err", message}});
  log_.info(5, "Checking events for in-flight pod",
            {{"pod", a.pod().key},
             {"unschedulablePlugins", name_set{plugins}},
             {"inFlightEventsSize", queue_.recorded_events() + queue_.in_flight()},
             {"inFlightPodsSize", queue_.in_flight()}});
  if (!comes_back(a)) return;
  const scoring::pod_info pod = a.entry.pod;
  queue_.refused(std::move(a.entry), std::move(plugins), clock_.now());
  // Before the server is told: the next cycle counts with it.
  cache_.nominate(pod, nominated ? *nominated : pod.pod->nominated_node_name);
  std::string note;
  // A pod that preemption makes room for is helped already.
  const bool is_nominated = !(nominated ? *nominated : pod.pod->nominated_node_name).empty();
  if (remedies_ && by_filters && !is_nominated)
    note = remedies_->note_of(message, a.profile->plugins, pod, cache_.index());
  tell(as_told(a, pod.pod), *a.profile, unschedulable, message, nominated, std::move(note));
}

// A pod that was bound, changed or nominated since it was refused is told nothing more about that refusal.
void scheduler::tell_owed_remedies() {
  while (const auto owed = remedies_->take_owed()) {
    const k8s::pod& refused = *owed->pod.pod;
    const scoring::pod_info* newest = cache_.find_waiting(refused.key, refused.uid);
    if (newest == nullptr || newest->pod->spec != refused.spec || newest->pod->terminating()) continue;
    if (cache_.is_assumed(refused.uid) || !newest->pod->nominated_node_name.empty()) continue;
    profile_at_work* profile = profiles_.find(refused.spec->scheduler_name);
    std::string note = remedies_->late_note_of(*owed, profile->plugins, cache_.index());
    if (note != owed->message)
      events_.record(*newest->pod, failed_scheduling_event, profile->reporter, std::move(note));
  }
}

void scheduler::break_off(attempt& a, const scoring::status& why) {
  const bool rejected = scoring::is_rejection(why.what);
  const std::string message = why.message();
  recorder_.kept().failed(a.pod().uid, message, clock_.now());
  metrics_.scheduling.attempted(a.profile->number, rejected ? attempt_result::unschedulable : attempt_result::error,
                                clock_.now() - a.started);
  log_.error(message, "Error scheduling pod; retrying", {{"pod", a.pod().key}});
  if (!comes_back(a)) return;
  const scoring::pod_info pod = a.entry.pod;
  queue_.failed(std::move(a.entry), clock_.now());
  cache_.nominate(pod, "");
  wake_.notify();
  tell(as_told(a, pod.pod), *a.profile, rejected ? unschedulable : scheduler_error, message);
}

void scheduler::pre_enqueue_failed(const queue_entry& entry, const scoring::status& why) {
  const k8s::pod_ptr& pod = entry.pod.pod;
  recorder_.kept().failed(pod->uid, why.message(), clock_.now());
  log_.error(why.message(), "Unexpected error running PreEnqueue plugin", {{"pod", pod->key}, {"plugin", why.plugin}});
  // While another replica leads, it tells; this one asks the plugin again when it takes over.
  if (leading_) tell(pod, *profiles_.find(pod->spec->scheduler_name), scheduler_error, why.message());
  wake_.notify();
}

void scheduler::plugin_threw(const scoring::plugin_fault& fault) {
  faults_.plugin_threw(fault);
  // The pod's attempt has failed already, for a reason that has an event of its own.
  const profile_at_work* profile = profiles_.find(fault.pod.spec->scheduler_name);
  if (fault.point == "Unreserve" && profile != nullptr)
    events_.record(fault.pod, failed_scheduling_event, profile->reporter, fault.message);
}

void scheduler::tell(const k8s::pod_ptr& pod, const profile_at_work& profile, const char* reason,
                     const std::string& message, const std::optional<std::string>& nominated, std::string note) {
  events_.record(*pod, failed_scheduling_event, profile.reporter, note.empty() ? message : std::move(note));
  if (status_.write(*pod, reason, message, nominated))
    log_.info(3, "Updating pod condition and nominated node name",
              {{"pod", pod->key},
               {"conditionType", "PodScheduled"},
               {"conditionStatus", "False"},
               {"conditionReason", reason},
               {"nominatedNodeName", nominated.value_or("")},
               {"nominatingMode", nominated ? 1 : 0}});  // upstream's ModeOverride
}

}  // namespace berth::controller
