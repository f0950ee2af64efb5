#include "controller/scheduler.hpp"

#include <utility>

/// What reaches the scheduler from outside its loop: the cluster's changes, permits, time, the end.
namespace berth::controller {

// ---- from the cache ---------------------------------------------------------------------------------------------

void scheduler::pod_waits(const scoring::pod_info& pod) {
  queue_.add(pod, clock_.now());
  wake_.notify();
}

void scheduler::waiting_pod_changed(const k8s::pod_ptr& before, const scoring::pod_info& after) {
  queue_.update(before, after, clock_.now());
  wake_.notify();
}

void scheduler::pod_no_longer_waits(const k8s::pod_ptr& pod) { queue_.remove(pod->uid); }

void scheduler::assumption_failed(const k8s::pod_ptr& pod) {
  // Held by Permit, it is let go here; on its way to the server, it will come back with a verdict.
  attempt_ptr held = permits_.take(pod->uid);
  if (!held) return;
  held->profile->plugins.unreserve(held->placed, cache_.index(), held->cycle, held->node);
  queue_.done(pod->uid);
}

void scheduler::happened(const cluster_change& change) {
  if (change.resource == scoring::event_resource::node) node_changed(change);
  queue_.happened(change, clock_.now());
  if (queue_.ready()) wake_.notify();
}

// A replica that waits for the lease leaves the telling to the one that has it.
void scheduler::node_changed(const cluster_change& change) {
  if (change.new_node != nullptr) {
    if (leading_) reservation_warnings_.look_at(*change.new_node);
  } else if (change.old_node != nullptr) {
    reservation_warnings_.node_gone(change.old_node->name);
  }
}

void scheduler::lane_free() {
  wake_.notify();
  drained_.notify();
}

// ---- permits ----------------------------------------------------------------------------------------------------

void scheduler::allow(const std::string& pod_uid, std::string_view plugin) {
  if (attempt_ptr free = permits_.allow(pod_uid, plugin)) {
    metrics_.waited_on_permit("Success", clock_.now() - free->started);
    to_binding(std::move(free));
  }
}

void scheduler::reject(const std::string& pod_uid, std::string_view plugin, std::string message) {
  if (attempt_ptr what = permits_.take(pod_uid)) rejected(std::move(what), plugin, std::move(message));
}

void scheduler::rejected(attempt_ptr what, std::string_view plugin, std::string message) {
  metrics_.waited_on_permit("Unschedulable", clock_.now() - what->started);
  take_back(*what);
  scoring::status why = scoring::status::refuse(std::move(message));
  why.plugin = plugin;
  const k8s::pod_ptr placed = what->placed.pod;
  refuse_by(*what, why);
  // After the pod is back in the queue: its own leaving is nothing that could help it.
  happened(assigned_pod_deleted(placed));
}

k8s::task<void> scheduler::expire_permits() {
  for (;;) {
    co_await permit_wake_.wait_until(permits_.next_expiry());
    for (permit_waits::expired& e : permits_.expire(clock_.now()))
      rejected(std::move(e.what), e.plugin,
               "rejected due to timeout after waiting " + go_duration(e.after) + " at plugin " + e.plugin);
  }
}

// ---- assumed pods that the watch does not confirm ---------------------------------------------------------------

void scheduler::binding_lost(const cluster_cache::unconfirmed& what) {
  if (const scoring::pod_info* pod = cache_.find_waiting(what.key, what.uid)) {
    happened(assigned_pod_deleted(pod->pod));
    pod_waits(*pod);
  }
}

// ---- the end ----------------------------------------------------------------------------------------------------

k8s::task<void> scheduler::drain(instant deadline) {
  stopping_ = true;
  for (attempt_ptr& held : permits_.take_all()) {
    take_back(*held);
    queue_.done(held->pod().uid);
  }
  while (binding_.outstanding() > 0 && clock_.now() < deadline) co_await drained_.wait_until(deadline);
}

k8s::task<void> scheduler::flush(instant deadline) {
  co_await events_.flush(deadline);
  co_await status_.flush(deadline);
}

void scheduler::report() {
  metrics_.pending(pending_queue::active, queue_.size(queue_name::active));
  metrics_.pending(pending_queue::backoff, queue_.size(queue_name::backoff));
  metrics_.pending(pending_queue::unschedulable, queue_.size(queue_name::unschedulable));
  metrics_.pending(pending_queue::gated, queue_.size(queue_name::gated));
  std::vector<metrics::refusal_count> counts;
  queue_.for_each_refusal([&](std::string_view plugin, std::string_view profile, std::size_t pods) {
    counts.push_back({plugin, profile, pods});
  });
  metrics_.refused(counts);
  metrics_.cached(cache_.node_count(), cache_.pod_count(), cache_.assumed_count());
}

}  // namespace berth::controller
