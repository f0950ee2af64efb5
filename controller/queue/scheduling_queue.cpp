#include "controller/queue/scheduling_queue.hpp"

#include "k8s/api/object_bytes.hpp"

#include <algorithm>
#include <utility>

namespace berth::controller {

namespace {

/// Backoffs end in whole seconds, so that pods of one second are tried in QueueSort's order. Upstream:
/// backoffQOrderingWindowDuration.
constexpr duration window = seconds(1);

constexpr std::size_t max_name_lists = 1024;

constexpr const char* attempt_failed = "ScheduleAttemptFailure";

instant window_of(instant t) { return instant(t.time_since_epoch() / window * window); }

scoring::queued_pod as_queued(const queue_entry& e) {
  return {&e.pod, std::chrono::duration_cast<std::chrono::microseconds>(e.since.time_since_epoch()).count()};
}

std::size_t bytes_of(const cluster_change& change) {
  std::size_t bytes = 0;
  for (const auto& pod : {change.old_pod, change.new_pod})
    if (pod) bytes += k8s::bytes_of(*pod);
  for (const auto& node : {change.old_node, change.new_node})
    if (node) bytes += k8s::bytes_of(*node);
  return bytes;
}

duration backoff_of(std::uint32_t count, const queue_settings& s) {
  if (count == 0 || s.max_backoff == duration::zero()) return duration::zero();
  duration d = s.initial_backoff;
  for (std::uint32_t i = 1; i < count && d < s.max_backoff; ++i) d *= 2;
  return std::min(d, s.max_backoff);
}

}  // namespace

bool scheduling_queue::order::operator()(const item* a, const item* b) const {
  if (last->a != a || last->b != b) *last = {a, b, ask(a, b)};
  return last->before;
}

bool scheduling_queue::order::ask(const item* a, const item* b) const {
  if (by_backoff && a->backoff_until != b->backoff_until) return a->backoff_until < b->backoff_until;
  const scoring::queued_pod left = as_queued(*a);
  const scoring::queued_pod right = as_queued(*b);
  if (policy->before(left, right)) return true;
  if (policy->before(right, left)) return false;
  return a->sequence < b->sequence;
}

scheduling_queue::scheduling_queue(queue_settings settings, const queue_policy& policy, queue_listener& listener)
    : settings_(settings),
      policy_(policy),
      listener_(listener),
      active_(order{&policy, false, &last_}),
      backoff_(order{&policy, true, &last_}),
      error_backoff_(order{&policy, true, &last_}) {}

scheduling_queue::~scheduling_queue() = default;

// ---- places -----------------------------------------------------------------------------------------------------

scheduling_queue::item& scheduling_queue::keep(queue_entry entry) {
  std::string uid = entry.pod.pod->uid;
  item& i = items_[std::move(uid)];
  static_cast<queue_entry&>(i) = std::move(entry);
  return i;
}

scheduling_queue::line& scheduling_queue::line_of(place p) {
  return p == place::active ? active_ : p == place::backoff ? backoff_ : error_backoff_;
}

void scheduling_queue::insert(item& i, place where, const char* event) {
  i.place = where;
  queue_name name = queue_name::unschedulable;
  switch (where) {
    case place::active:
    case place::backoff:
    case place::error_backoff:
      last_ = {};
      i.position = line_of(where).insert(&i);
      name = where == place::active ? queue_name::active : queue_name::backoff;
      break;
    case place::gated:
      ++gated_;
      [[fallthrough]];
    case place::unschedulable: {
      auto& group = groups_[{i.pod.pod->spec.get(), i.refused_by.get()}];
      i.group_index = group.size();
      group.push_back(&i);
      waiting_.emplace(i.waiting_since, &i);
    }
  }
  if (event != nullptr) listener_.pod_queued(i, name, event);
}

void scheduling_queue::take_out(item& i) {
  switch (i.place) {
    case place::active:
    case place::backoff:
    case place::error_backoff:
      line_of(i.place).erase(i.position);
      break;
    case place::gated:
      --gated_;
      [[fallthrough]];
    case place::unschedulable: {
      const auto group = groups_.find({i.pod.pod->spec.get(), i.refused_by.get()});
      auto& members = group->second;
      members[i.group_index] = members.back();
      members[i.group_index]->group_index = i.group_index;
      members.pop_back();
      if (members.empty()) groups_.erase(group);
      waiting_.erase({i.waiting_since, &i});
    }
  }
}

void scheduling_queue::wait(item& i, place where, const char* event, instant since) {
  i.waiting_since = since;
  insert(i, where, event);
}

bool scheduling_queue::gate(item& i, const char* event, instant now) {
  scoring::status s = policy_.pre_enqueue(i.pod);
  i.gate_failed = s.what == scoring::code::error;
  if (s.is_ok()) return false;
  i.flushed = false;
  if (i.gate_failed) {
    ++i.errors;
    i.refused_by = nullptr;
    // Without backoff too it is not asked again and again on end.
    i.backoff_until = window_of(now + std::max<duration>(backoff_of(i.errors, settings_), window));
    insert(i, place::error_backoff, event);
    listener_.pre_enqueue_failed(i, s);
    return true;
  }
  // What refused it before goes on mattering: a pod that waits for its victims is tried again when they go.
  std::vector<std::string> by = i.refused_by ? *i.refused_by : std::vector<std::string>();
  if (std::find(by.begin(), by.end(), s.plugin) == by.end()) by.push_back(s.plugin);
  std::sort(by.begin(), by.end());
  i.refused_by = intern(std::move(by));
  wait(i, place::gated, nullptr, now);
  listener_.pod_gated(i, event, s);
  return true;
}

void scheduling_queue::wake(item& i, const char* event, instant now) {
  if (gate(i, event, now)) return;
  if (i.backoff_until >= window_of(now)) return insert(i, place::backoff, event);
  if (!i.first_tried) i.first_tried = now;
  insert(i, place::active, event);
}

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
  if (i.place == place::unschedulable || i.place == place::gated)
    for (const cluster_change& c : pod_changes(before, after.pod, scoring::event_resource::target_pod))
      if (cures(c, i)) return wake(i, c.label, now);
  insert(i, i.place, nullptr);
}

void scheduling_queue::remove(const std::string& uid) {
  const auto there = items_.find(uid);
  if (there == items_.end()) return;
  take_out(there->second);
  items_.erase(there);
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
  const duration backoff = backoff_of(i.errors > 0 ? i.errors : i.refusals, settings_);
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

// ---- the world --------------------------------------------------------------------------------------------------

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
    if (!heap->empty()) next = std::min(next, (*heap->begin())->backoff_until + window);
  if (!waiting_.empty()) next = std::min(next, waiting_.begin()->first + settings_.max_unschedulable);
  return next;
}

scheduling_queue::name_list scheduling_queue::intern(std::vector<std::string> names) {
  if (name_lists_.size() >= max_name_lists)
    std::erase_if(name_lists_, [](const name_list& l) { return l.use_count() == 1; });
  return *name_lists_.insert(std::make_shared<const std::vector<std::string>>(std::move(names))).first;
}

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

}  // namespace berth::controller
