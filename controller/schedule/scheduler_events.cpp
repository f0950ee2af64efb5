#include "controller/bind/effects.hpp"
#include "controller/schedule/scheduler.hpp"

#include <algorithm>
#include <utility>

/// What reaches the scheduler from outside its loop: the cluster's changes, permits, time, the end.
namespace berth::controller {

// ---- from the cache ---------------------------------------------------------------------------------------------

void scheduler::pod_waits(const scoring::pod_info& pod) {
  log_.info(3, "Add event for unscheduled pod", {{"pod", pod.pod->key}});
  queue_.add(pod, clock_.now());
  wake_.notify();
}

void scheduler::waiting_pod_changed(const k8s::pod_ptr& before, const scoring::pod_info& after) {
  queue_.update(before, after, clock_.now());
  wake_.notify();
}

void scheduler::pod_no_longer_waits(const k8s::pod_ptr& pod) {
  log_.info(3, "Delete event for unscheduled pod", {{"pod", pod->key}});
  queue_.remove(pod->uid);
  if (const std::string node = cache_.node_seen(pod->key, pod->uid); node.empty())
    recorder_.kept().deleted(pod->uid, clock_.now());
  else
    recorder_.kept().assigned(pod->uid, node, clock_.now());
}

void scheduler::assumption_failed(const k8s::pod_ptr& pod) {
  // Held by Permit, it is let go here; on its way to the server, it will come back with a verdict.
  attempt_ptr held = permits_.take(pod->uid);
  if (!held) return;
  held->profile->plugins.unreserve(held->placed, cache_.index(), held->cycle, held->node);
  recorder_.ran(*held);
  perform(held->cycle.out(), log_, *this);
  queue_.done(pod->uid);
}

void scheduler::happened(const cluster_change& change) {
  if (change.resource == scoring::event_resource::node) node_changed(change);
  if (change.resource == scoring::event_resource::assigned_pod && change.actions == scoring::action_add)
    log_.info(3, "Add event for scheduled pod", {{"pod", change.new_pod->key}});
  if (change.resource == scoring::event_resource::assigned_pod && change.actions == scoring::action_delete &&
      cache_.find(change.old_pod->key) == nullptr)
    recorder_.kept().deleted(change.old_pod->uid, clock_.now());
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
    recorder_.kept().allowed(pod_uid, plugin, clock_.now() - free->started, clock_.now());
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

void scheduler::order(permit_order what, duration after) {
  what.ticket = permits_.ticket(what.uid);
  if (after <= duration::zero()) return carry_out(std::move(what));
  const std::string uid = what.uid;
  if (!orders_.add(std::move(what), clock_.now() + after))
    log_.warning("Too many orders about pods that wait on permit; dropped one", {{"uid", uid}});
  permit_wake_.notify();
}

void scheduler::carry_out(permit_order what) {
  const std::uint64_t now_on = permits_.ticket(what.uid);
  if (now_on == 0 || (what.ticket != 0 && what.ticket != now_on)) return;
  if (what.refusal) return reject(what.uid, what.plugin, std::move(*what.refusal));
  allow(what.uid, what.plugin);
}

k8s::task<void> scheduler::end_permits() {
  for (;;) {
    co_await permit_wake_.wait_until(std::min(permits_.next_expiry(), orders_.next()));
    // Orders first: let go after 10 s of 10 s is let go.
    while (auto due = orders_.take_due(clock_.now())) carry_out(std::move(*due));
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
  orders_.clear();
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
