#include "controller/queue/scheduling_queue.hpp"

#include "controller/queue/queue_backoff.hpp"
#include "k8s/text/spare_room.hpp"

#include <utility>

/// Pods come, are tried, and go.
namespace berth::controller {

namespace {

constexpr const char* attempt_failed = "ScheduleAttemptFailure";

}  // namespace

scheduling_queue::scheduling_queue(queue_settings settings, const queue_policy& policy, queue_listener& listener)
    : settings_(settings),
      policy_(policy),
      listener_(listener),
      active_(order{&policy, false, &last_}),
      backoff_(order{&policy, true, &last_}),
      error_backoff_(order{&policy, true, &last_}) {}

scheduling_queue::~scheduling_queue() = default;

// ---- pods come, change and go -----------------------------------------------------------------------------------

void scheduling_queue::add(const scoring::pod_info& pod, instant now) {
  const std::string& uid = pod.pod->uid;
  if (flights_.contains(uid)) return;
  if (const auto there = items_.find(uid); there != items_.end()) return update(there->second.pod.pod, pod, now);
  queue_entry e;
  e.pod = pod;
  e.since = now;
  e.sequence = next_sequence_++;
  wake(keep(std::move(e)), "UnscheduledPodAdd", now);
}

void scheduling_queue::update(const k8s::pod_ptr& before, const scoring::pod_info& after, instant now) {
  const std::string& uid = after.pod->uid;
  if (flights_.contains(uid)) {
    for (const cluster_change& c : pod_changes(before, after.pod, scoring::event_resource::target_pod)) record(c);
    return;
  }
  const auto there = items_.find(uid);
  if (there == items_.end()) return add(after, now);
  item& i = there->second;
  take_out(i);
  i.pod = after;
  if (i.place == place::unschedulable || i.place == place::gated) {
    for (const cluster_change& c : pod_changes(before, after.pod, scoring::event_resource::target_pod))
      if (cures(c, i)) return wake(i, c.label, now);
  } else if (before->scheduling_gates.empty() && !after.pod->scheduling_gates.empty()) {
    // The API server takes gates away and never adds one: etcd was put back to an older copy.
    if (gate(i, "UnscheduledPodUpdate", now)) return;
  }
  insert(i, i.place, nullptr);
}

void scheduling_queue::remove(const std::string& uid) {
  const auto there = items_.find(uid);
  if (there == items_.end()) return;
  take_out(there->second);
  items_.erase(there);
  k8s::shrink_table(items_);
}

void scheduling_queue::activate(const std::string& uid, instant now) {
  const auto there = items_.find(uid);
  if (there == items_.end() || there->second.place == place::active) return;
  item& i = there->second;
  take_out(i);
  if (gate(i, "ForceActivate", now)) return;
  if (!i.first_tried) i.first_tried = now;
  insert(i, place::active, "ForceActivate");
}

void scheduling_queue::retry(const std::string& uid, instant now) {
  const auto there = items_.find(uid);
  if (there == items_.end()) return;
  item& i = there->second;
  if (i.place != place::unschedulable && i.place != place::gated) return;
  take_out(i);
  if (gate(i, "ForceActivate", now)) return;
  i.backoff_until = std::max(i.backoff_until, window_of(now + backoff_window));
  insert(i, place::error_backoff, "ForceActivate");
}

// ---- attempts ---------------------------------------------------------------------------------------------------

std::optional<queue_entry> scheduling_queue::pop(instant now) {
  tick(now);
  item* next = nullptr;
  if (!active_.empty()) {
    next = *active_.begin();
  } else if (!backoff_.empty()) {
    next = *backoff_.begin();
    listener_.pod_queued(*next, queue_name::active, "PopFromBackoffQ");
  } else {
    return std::nullopt;
  }
  take_out(*next);
  queue_entry entry = std::move(static_cast<queue_entry&>(*next));
  items_.erase(items_.find(entry.pod.pod->uid));
  k8s::shrink_table(items_);
  ++entry.attempts;
  if (!entry.first_tried) entry.first_tried = now;
  const std::uint64_t from = first_recorded_ + recorded_.size();
  flights_.emplace(entry.pod.pod->uid, from);
  flight_starts_.insert(from);
  return entry;
}

void scheduling_queue::done(const std::string& uid) {
  const auto flight = flights_.find(uid);
  if (flight == flights_.end()) return;
  flight_starts_.erase(flight_starts_.find(flight->second));
  flights_.erase(flight);
  k8s::shrink_table(flights_);
  const std::uint64_t needed = flight_starts_.empty() ? first_recorded_ + recorded_.size() : *flight_starts_.begin();
  while (first_recorded_ < needed) drop_first_recorded();
}

void scheduling_queue::come_back(queue_entry entry, instant now, bool error) {
  const std::string uid = entry.pod.pod->uid;
  const auto flight = flights_.find(uid);
  const bool cured = error || (flight != flights_.end() && cured_in_flight(entry, flight->second));
  done(uid);
  if (items_.contains(uid)) return;
  entry.since = now;
  entry.flushed = false;
  item& i = keep(std::move(entry));
  const duration backoff =
      backoff_of(i.errors > 0 ? i.errors : i.refusals, settings_.initial_backoff, settings_.max_backoff);
  i.backoff_until = backoff == duration::zero() ? instant::min() : window_of(now + backoff);
  if (!cured) return wait(i, place::unschedulable, attempt_failed, now);
  if (!error || backoff == duration::zero()) return wake(i, attempt_failed, now);
  if (!gate(i, attempt_failed, now)) insert(i, place::error_backoff, attempt_failed);
}

void scheduling_queue::refused(queue_entry entry, std::vector<std::string> by, instant now) {
  ++entry.refusals;
  entry.errors = 0;
  entry.refused_by = intern(std::move(by));
  come_back(std::move(entry), now, false);
}

void scheduling_queue::failed(queue_entry entry, instant now) {
  ++entry.errors;
  entry.refused_by = nullptr;
  come_back(std::move(entry), now, true);
}

void scheduling_queue::give_back(queue_entry entry, instant) {
  done(entry.pod.pod->uid);
  if (items_.contains(entry.pod.pod->uid)) return;
  --entry.attempts;
  insert(keep(std::move(entry)), place::active, nullptr);
}

// ---- figures ----------------------------------------------------------------------------------------------------

std::size_t scheduling_queue::size(queue_name which) const noexcept {
  switch (which) {
    case queue_name::active:
      return active_.size();
    case queue_name::backoff:
      return backoff_.size() + error_backoff_.size();
    case queue_name::unschedulable:
      return waiting_.size() - gated_;
    case queue_name::gated:
      return gated_;
  }
  return 0;
}

std::map<std::string_view, std::size_t> scheduling_queue::events_in_flight() const {
  std::map<std::string_view, std::size_t> counts{{"PodPopped", flights_.size()}};
  for (const recorded_change& recorded : recorded_) ++counts[recorded.change.label];
  return counts;
}

std::optional<instant> scheduling_queue::oldest_schedulable() const {
  std::optional<instant> oldest;
  for (const line* waiting : {&active_, &backoff_, &error_backoff_})
    for (const item* i : *waiting) {
      if (i->refused_by && !i->refused_by->empty()) continue;
      const instant since = i->first_tried.value_or(i->since);
      if (!oldest || since < *oldest) oldest = since;
    }
  return oldest;
}

}  // namespace berth::controller
