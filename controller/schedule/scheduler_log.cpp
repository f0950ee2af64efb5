#include "controller/schedule/scheduler.hpp"

/// The lines that kube-scheduler writes at its higher levels, 3 to 5, with its words and keys, where the scheduler
/// comes by the same moment; those of level 2 and the errors stand where they happen. Upstream: schedule_one.go,
/// eventhandlers.go, backend/queue.
namespace berth::controller {

namespace {

constexpr std::string_view moved = "Entity moved to an internal scheduling queue";

/// The queues as kube-scheduler's log names them.
std::string_view log_name_of(queue_name q) {
  return q == queue_name::active ? "Active" : q == queue_name::backoff ? "Backoff" : "Unschedulable";
}

}  // namespace

// ---- the cluster ------------------------------------------------------------------------------------------------

void scheduler::node_shown(const k8s::node& node, watch_news what) {
  constexpr std::string_view lines[] = {"Add event for node", "Update event for node", "Delete event for node"};
  log_.info(what == watch_news::updated ? 4 : 3, lines[static_cast<std::size_t>(what)], {{"node", node.name}});
}

void scheduler::assigned_pod_shown(const k8s::pod& pod, watch_news what) {
  constexpr std::string_view lines[] = {"Add event for scheduled pod", "Update event for scheduled pod",
                                        "Delete event for scheduled pod"};
  log_.info(what == watch_news::updated ? 4 : 3, lines[static_cast<std::size_t>(what)], {{"pod", pod.key}});
}

// ---- the queue --------------------------------------------------------------------------------------------------

// Upstream's two lines: of all that enter the active queue or the backoff, and of all that come back from an attempt.
void scheduler::note_queue(const queue_entry& entry, queue_name queue, std::string_view event) const {
  const k8s::object_key& pod = entry.pod.pod->key;
  const std::string_view name = log_name_of(queue);
  const bool waits = queue == queue_name::unschedulable;
  if (!waits) log_.info(5, moved, {{"type", "pod"}, {"entity", pod}, {"event", event}, {"queue", name}});
  if (event == "ScheduleAttemptFailure")
    log_.info(3, "Pod moved to an internal scheduling queue",
              {{"pod", pod},
               {"event", event},
               {"queue", name},
               {"schedulingCycle", cycles_},
               {"hint", waits ? 0 : 1},
               {"unschedulable plugins", entry.refused_by ? name_set{*entry.refused_by} : name_set{}}});
  // The labels of what changed in the waiting pod itself: cluster_change.hpp.
  if (!waits && event.starts_with("TargetPod"))
    log_.info(5, "Entity moved to an internal scheduling queue because the Pod is updated",
              {{"type", "pod"}, {"entity", pod}, {"pod", pod}, {"event", event}, {"queue", name}});
}

void scheduler::event_did_not_help(const queue_entry& pod, const char* event) {
  log_.info(5, "Event is not making entity schedulable",
            {{"type", "pod"}, {"entity", pod.pod.pod->key}, {"event", event}});
}

void scheduler::event_in_flight(const queue_entry& pod, const char* event) {
  log_.info(5, "Checking event for in-flight pod", {{"pod", pod.pod.pod->key}, {"event", event}});
}

void scheduler::note_gate(const queue_entry& entry, std::string_view event, const scoring::status& why) const {
  const k8s::object_key& pod = entry.pod.pod->key;
  log_.info(4, "Status after running PreEnqueue plugin",
            {{"pod", pod}, {"plugin", why.plugin}, {"status", why.message()}});
  log_.info(5, "Entity moved to an internal scheduling queue, because it is gated",
            {{"type", "pod"}, {"entity", pod}, {"event", event}, {"queue", log_name_of(queue_name::unschedulable)}});
}

// ---- an attempt that failed -------------------------------------------------------------------------------------

// What kube-scheduler says between a refusal by Filter and the pod's way back into the queue.
void scheduler::note_post_filter(const attempt& a, const scoring::diagnosis& why) const {
  if (!log_.v(3) || why.node_count == 0) return;
  if (!why.pre_filter_message.empty())
    log_.info(5, "Status after running PreFilter plugins for pod",
              {{"pod", a.pod().key}, {"status", why.pre_filter_message}});
  if (a.profile->plugins.plugins_at(scoring::extension_point::post_filter).empty())
    log_.info(3, "No PostFilter plugins are registered, so no preemption will be performed", {{"pod", a.pod().key}});
  else
    log_.info(5, "Status after running PostFilter plugins for pod",
              {{"pod", a.pod().key}, {"status", why.post_filter_message}});
}

bool scheduler::comes_back(attempt& a) {
  const k8s::pod& pod = a.pod();
  const k8s::pod* const now = cache_.find(pod.key);
  if (now == nullptr)
    log_.info(0, "Pod doesn't exist in informer cache",
              {{"pod", pod.key}, {"err", "pod \"" + pod.key.name + "\" not found"}});
  else if (!now->node_name.empty())
    log_.info(0, "Pod has been assigned to node. Abort adding it back to queue.",
              {{"pod", pod.key}, {"node", now->node_name}});
  else if (now->uid != pod.uid)
    log_.info(2, "Pod was recreated while handling scheduling failure. Skip requeueing and status updates.",
              {{"pod", pod.key}, {"oldUID", pod.uid}, {"newUID", now->uid}});
  return renew(a);
}

}  // namespace berth::controller
