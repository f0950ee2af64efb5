#include "controller/schedule/scheduler.hpp"

#include <algorithm>
#include <utility>

/// What reaches the scheduler from outside its loop: the cluster's changes, permits, time, the end.
namespace berth::controller {

namespace {

/// What PreBind plugins may wait for.
bool may_concern_volumes(scoring::event_resource what) {
  switch (what) {
    case scoring::event_resource::node:
    case scoring::event_resource::persistent_volume:
    case scoring::event_resource::persistent_volume_claim:
    case scoring::event_resource::storage_class:
    case scoring::event_resource::csi_node:
    case scoring::event_resource::csi_driver:
    case scoring::event_resource::csi_storage_capacity:
    case scoring::event_resource::volume_attachment:
      return true;
    case scoring::event_resource::assigned_pod:
    case scoring::event_resource::target_pod:
    case scoring::event_resource::unscheduled_pod:
    case scoring::event_resource::namespace_object:
    case scoring::event_resource::anything:
      return false;
  }
  return false;
}

pending_queue as_metric(queue_name q) {
  switch (q) {
    case queue_name::active:
      return pending_queue::active;
    case queue_name::backoff:
      return pending_queue::backoff;
    case queue_name::unschedulable:
      return pending_queue::unschedulable;
    case queue_name::gated:
      return pending_queue::gated;
  }
  return pending_queue::active;
}

}  // namespace

// ---- from the cache ---------------------------------------------------------------------------------------------

void scheduler::pod_waits(const scoring::pod_info& pod) {
  log_.info(3, "Add event for unscheduled pod", {{"pod", pod.pod->key}});
  const instant begun = clock_.now();
  queue_.add(pod, begun);
  metrics_.queue.handled("UnscheduledPodAdd", clock_.now() - begun);
  wake_.notify();
}

void scheduler::waiting_pod_changed(const k8s::pod_ptr& before, const scoring::pod_info& after) {
  log_.info(4, "Update event for unscheduled pod", {{"pod", after.pod->key}});
  const instant begun = clock_.now();
  queue_.update(before, after, begun);
  metrics_.queue.handled("UnscheduledPodUpdate", clock_.now() - begun);
  wake_.notify();
}

void scheduler::pod_no_longer_waits(const k8s::pod_ptr& pod) {
  log_.info(3, "Delete event for unscheduled pod", {{"pod", pod->key}});
  const instant begun = clock_.now();
  queue_.remove(pod->uid);
  metrics_.queue.handled("UnscheduledPodDelete", clock_.now() - begun);
  if (const std::string node = cache_.node_seen(pod->key, pod->uid); node.empty())
    recorder_.kept().deleted(pod->uid, clock_.now());
  else
    recorder_.kept().assigned(pod->uid, node, clock_.now());
}

void scheduler::assumption_failed(const k8s::pod_ptr& pod) {
  // Held by Permit or PreBind, it is let go here; on its way to the server, it will come back with a verdict.
  attempt_ptr held = permits_.take(pod->uid);
  if (held == nullptr) held = binding_.take_waiting(pod->uid);
  if (held == nullptr) return;
  held->placed->take_back();
  queue_.done(pod->uid);
}

void scheduler::happened(const cluster_change& change) {
  const instant begun = clock_.now();
  if (may_concern_volumes(change.resource)) binding_.storage_changed();
  if (change.resource == scoring::event_resource::node)
    for (cycle_observer* o : observers_) o->node_changed(change.old_node, change.new_node);
  if (change.resource == scoring::event_resource::assigned_pod && change.actions == scoring::action_delete &&
      cache_.find(change.old_pod->key) == nullptr)
    placed_pod_went(*change.old_pod);
  if (change.resource == scoring::event_resource::assigned_pod && change.old_pod != nullptr)
    preemptions_.changed(change.new_pod != nullptr ? *change.new_pod : *change.old_pod);
  queue_.happened(change, begun);
  if (queue_.in_flight() > 0) log_.info(5, "Event received while entities are in flight", {{"event", change.label}});
  metrics_.queue.handled(change.label, clock_.now() - begun);
  if (queue_.ready()) wake_.notify();
}

void scheduler::placed_pod_went(const k8s::pod& last_seen) {
  recorder_.kept().deleted(last_seen.uid, clock_.now());
  if (leading_ && profiles_.find(last_seen.spec->scheduler_name) != nullptr && may_be_refused(last_seen))
    refusals_.went(last_seen, cache_.arrivals_on(last_seen.node_name));
}

// ---- from the queue ---------------------------------------------------------------------------------------------

void scheduler::pod_queued(const queue_entry& pod, queue_name queue, const char* event) {
  metrics_.queue.entered(as_metric(queue), event);
  recorder_.kept().queued(pod, queue, event, clock_.now());
  if (log_.v(3)) note_queue(pod, queue, event);
}

void scheduler::pod_gated(const queue_entry& pod, const char* event, const scoring::status& why) {
  metrics_.queue.entered(pending_queue::gated, event);
  recorder_.kept().gated(pod, event, why, clock_.now());
  if (log_.v(4)) note_gate(pod, event, why);
}

// ---- permits ----------------------------------------------------------------------------------------------------

void scheduler::permitted(attempt_ptr attempt, std::string_view plugin) {
  const duration waited = clock_.now() - attempt->held_since;
  metrics_.scheduling.waited_on_permit("Success", waited);
  recorder_.kept().allowed(attempt->pod().uid, plugin, waited, clock_.now());
  to_binding(std::move(attempt));
}

void scheduler::not_permitted(attempt_ptr attempt, scoring::status why) {
  metrics_.scheduling.waited_on_permit("Unschedulable", clock_.now() - attempt->held_since);
  if (log_.v(4))
    log_.info(4, "Pod rejected while waiting on permit", {{"pod", attempt->pod().key}, {"status", why.message()}});
  attempt->placed->take_back();
  refuse_by(*attempt, why);
  // After the pod is back in the queue: its own leaving is nothing that could help it.
  happened(assigned_pod_deleted(attempt->placed->pod().pod));
}

// ---- assumed pods that the watch does not confirm ---------------------------------------------------------------

void scheduler::binding_lost(const cluster_cache::unconfirmed& lost) {
  if (const scoring::pod_info* pod = cache_.find_waiting(lost.key, lost.uid)) {
    happened(assigned_pod_deleted(pod->pod));
    pod_waits(*pod);
  }
}

// ---- pods that were bound, and are not run ----------------------------------------------------------------------

void scheduler::refused_by_kubelet(const kubelet_refusal& r) {
  metrics_.scheduling.kubelet_refused(r.reason);
  recorder_.kept().rejected(r.uid, text_of(r), clock_.now());
  log_.warning("A kubelet refused a pod that was bound to its node",
               {{"pod", r.pod}, {"node", r.node}, {"reason", r.reason}, {"err", text_of(r)}});
}

// ---- from the API server ----------------------------------------------------------------------------------------

void scheduler::lane_free() {
  wake_.notify();
  drained_.notify();
}

void scheduler::server_answers(bool was_away) {
  if (was_away) log_.info(0, "The API server answers again", {{"server", api_.server()}});
  binding_.server_is_back();
  wake_.notify();
}

void scheduler::status_not_written(const k8s::object_key& pod, const k8s::error& why) {
  log_.error(why.detail, "Error updating pod", {{"pod", pod}});
}

// ---- the end ----------------------------------------------------------------------------------------------------

k8s::task<void> scheduler::drain(instant deadline) {
  stopping_ = true;
  const auto let_go = [this](const std::vector<attempt_ptr>& waiting) {
    for (const attempt_ptr& held : waiting) {
      held->placed->take_back();
      queue_.done(held->pod().uid);
    }
  };
  let_go(permits_.close());
  let_go(binding_.close());
  while (binding_.outstanding() > 0 && clock_.now() < deadline) co_await drained_.wait_until(deadline);
  // One that was in its lane may have come to wait for volumes since.
  let_go(binding_.close());
}

k8s::task<void> scheduler::flush(instant deadline) {
  co_await events_.flush(deadline);
  co_await status_.flush(deadline);
}

void scheduler::report() {
  for (const queue_name q : {queue_name::active, queue_name::backoff, queue_name::unschedulable, queue_name::gated})
    metrics_.queue.pending(as_metric(q), queue_.size(q));
  metrics_.queue.in_flight(queue_.events_in_flight());
  // Where another replica leads, only that one knows which pods were refused.
  const auto oldest = leading_ ? queue_.oldest_schedulable() : std::nullopt;
  metrics_.queue.oldest_schedulable(oldest ? clock_.now() - *oldest : duration::zero());
  std::vector<queue_metrics::refusal_count> counts;
  queue_.for_each_refusal([&](std::string_view plugin, std::string_view profile, std::size_t pods) {
    counts.push_back({plugin, profile, pods});
  });
  metrics_.queue.refused(counts);
  metrics_.scheduling.cached(cache_.node_count(), cache_.pod_count(), cache_.assumed_count());
}

}  // namespace berth::controller
