#include "controller/queue/scheduling_queue.hpp"

#include "controller/queue/queue_backoff.hpp"
#include "k8s/api/object_bytes.hpp"

#include <algorithm>
#include <utility>

/// What happens in the cluster, and the time, wake pods.
namespace berth::controller {

namespace {

std::size_t bytes_of(const cluster_change& change) {
  std::size_t bytes = 0;
  for (const auto& pod : {change.old_pod, change.new_pod})
    if (pod) bytes += k8s::bytes_of(*pod);
  for (const auto& node : {change.old_node, change.new_node})
    if (node) bytes += k8s::bytes_of(*node);
  return bytes;
}

}  // namespace

bool scheduling_queue::cures(const cluster_change& change, const queue_entry& e) const {
  if (e.pod.spec().priority > change.highest_priority) return false;
  // Nobody refused it: there were no nodes. Its own update (which may be our writing so) adds none.
  if (!e.refused_by || e.refused_by->empty()) return change.resource != scoring::event_resource::target_pod;
  if (change.resource == scoring::event_resource::anything) return true;
  return policy_.queueing_hint(e.pod, *e.refused_by, change.view());
}

bool scheduling_queue::cured_in_flight(const queue_entry& e, std::uint64_t from) const {
  if (from < first_recorded_) return true;
  return std::any_of(recorded_.begin() + static_cast<std::ptrdiff_t>(from - first_recorded_), recorded_.end(),
                     [&](const recorded_change& recorded) {
                       const cluster_change& c = recorded.change;
                       const bool of_another =
                           c.resource == scoring::event_resource::target_pod && c.new_pod->uid != e.pod.pod->uid;
                       if (of_another) return false;
                       if (listener_.wants_events()) listener_.event_in_flight(e, c.label);
                       return cures(c, e);
                     });
}

void scheduling_queue::happened(const cluster_change& change, instant now) {
  std::vector<item*> woken;
  const bool told = listener_.wants_events();
  for (const auto& [key, members] : groups_)
    if (cures(change, *members.front()))
      woken.insert(woken.end(), members.begin(), members.end());
    else if (told && members.front()->place == place::unschedulable)
      for (const item* i : members) listener_.event_did_not_help(*i, change.label);
  for (item* i : woken) take_out(*i);
  for (item* i : woken) wake(*i, change.label, now);
  if (!flights_.empty()) record(change);
}

void scheduling_queue::record(const cluster_change& change) {
  recorded_.push_back({change, bytes_of(change)});
  recorded_bytes_ += recorded_.back().bytes;
  while (recorded_.size() > most_recorded || recorded_bytes_ > most_recorded_bytes) drop_first_recorded();
}

void scheduling_queue::drop_first_recorded() {
  recorded_bytes_ -= recorded_.front().bytes;
  recorded_.pop_front();
  ++first_recorded_;
}

void scheduling_queue::tick(instant now) {
  const instant open = window_of(now);
  for (auto* heap : {&backoff_, &error_backoff_})
    while (!heap->empty() && (*heap->begin())->backoff_until < open) {
      item& i = **heap->begin();
      take_out(i);
      if (i.gate_failed)
        wake(i, "BackoffComplete", now);
      else
        insert(i, place::active, "BackoffComplete");
    }
  std::vector<item*> late;
  for (auto it = waiting_.begin(); it != waiting_.end() && now - it->first >= settings_.max_unschedulable; ++it)
    late.push_back(it->second);
  for (item* i : late) {
    take_out(*i);
    i->flushed = true;
    wake(*i, waited_too_long().label, now);
  }
}

instant scheduling_queue::next_tick() const {
  instant next = never;
  for (const auto* heap : {&backoff_, &error_backoff_})
    if (!heap->empty()) next = std::min(next, (*heap->begin())->backoff_until + backoff_window);
  if (!waiting_.empty()) next = std::min(next, waiting_.begin()->first + settings_.max_unschedulable);
  return next;
}

}  // namespace berth::controller
