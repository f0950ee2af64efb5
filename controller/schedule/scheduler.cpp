#include "controller/schedule/scheduler.hpp"

#include "controller/bind/effects.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace berth::controller {

namespace {

constexpr const char* unschedulable = "Unschedulable";
constexpr const char* scheduler_error = "SchedulerError";

name_set names_of(const std::shared_ptr<const std::vector<std::string>>& names) {
  return names == nullptr ? name_set{} : name_set{*names};
}

}  // namespace

scheduler::scheduler(boost::asio::any_io_executor strand, k8s::client& api, alarm_clock& time, const log& out,
                     metrics& figures, profiles& by_name, const extenders& others, scheduler_settings settings)
    : strand_(strand),
      api_(api),
      clock_(time),
      log_(out),
      metrics_(figures),
      profiles_(by_name),
      extenders_(others),
      settings_(settings),
      random_(settings.seed),
      recorder_(time, figures, out),
      faults_(out),
      cache_([&by_name](const std::string& name) { return by_name.find(name) != nullptr; }, *this),
      questions_(by_name, cache_.index()),
      queue_(settings.queue, questions_, *this),
      events_(strand, api, time, settings.events, *this),
      status_(strand, api, time, settings.status_writes_in_flight, *this),
      gate_(strand, api, time, *this, settings.seed),
      permits_(strand, time, out, *this),
      desk_(cache_, time, out, permits_, by_name, recorder_),
      binding_(strand, api, time, out, desk_, others, gate_, *this, settings.bindings_in_flight),
      preemptions_(strand, api, time, *this),
      wake_(strand, time),
      drained_(strand, time) {
  profiles_.report_faults_to(this);
  if (settings.remedies_in_events) remedies_.emplace(time);
}

scheduler::~scheduler() {
  // Placements take themselves back while all that they need is there.
  permits_.close();
  binding_.close();
  profiles_.report_faults_to(nullptr);
}

void scheduler::start(task_group& tasks) {
  tasks.spawn("schedule", run());
  tasks.spawn("verify assumed pods", verify_assumed(api_, clock_, log_, cache_, settings_.verify_assumed_after, *this));
  tasks.spawn("probe the API server", gate_.run());
  permits_.start(tasks);
  binding_.start(tasks);
  preemptions_.start(tasks);
  events_.start(tasks);
  status_.start(tasks);
}

void scheduler::observe(cycle_observer& by) {
  observers_.push_back(&by);
  if (leading_) by.leads();
}

void scheduler::lead() {
  leading_ = true;
  for (cycle_observer* o : observers_) o->leads();
  wake_.notify();
}

// ---- the loop ---------------------------------------------------------------------------------------------------

bool scheduler::may_take() const {
  return leading_ && !stopping_ && cache_.synced() && gate_.open() && binding_.has_room();
}

k8s::task<void> scheduler::run() {
  for (;;) {
    while (may_take()) {
      before_cycle();
      if (remedies_) tell_owed_remedies();
      auto next = queue_.pop(clock_.now());
      if (!next) break;
      ++cycles_;
      const instant began = clock_.now();
      attempt_ptr others_decide = try_pod(std::move(*next));
      metrics_.held_up_others(clock_.now() - began);
      if (others_decide) co_await consult(std::move(others_decide));
      co_await boost::asio::post(strand_, boost::asio::use_awaitable);
    }
    instant until = never;
    if (may_take()) until = queue_.next_tick();
    if (may_take() && remedies_) until = std::min(until, remedies_->next_search());
    co_await wake_.wait_until(until);
  }
}

void scheduler::before_cycle() {
  for (cycle_observer* o : observers_) o->before_cycle();
}

attempt_ptr scheduler::try_pod(queue_entry entry) {
  attempt_ptr now = std::make_unique<attempt>();
  now->entry = std::move(entry);
  now->started = clock_.now();
  const k8s::pod& pod = now->pod();
  now->profile = profiles_.find(pod.spec->scheduler_name);
  log_.info(4, "About to try and schedule pod", {{"pod", pod.key}});
  if (pod.terminating()) {
    events_.record(pod, failed_scheduling_event, now->profile->reporter,
                   "skip schedule deleting pod: " + pod.key.namespace_ + "/" + pod.key.name);
    log_.info(3, "Skip schedule deleting pod", {{"pod", pod.key}});
    queue_.done(pod.uid);
    return nullptr;
  }
  if (cache_.is_assumed(pod.uid)) {
    queue_.done(pod.uid);
    return nullptr;
  }
  log_.info(3, "Attempting to schedule pod", {{"pod", pod.key}});
  recorder_.begins(now->entry, now->cycle, now->started);

  if (extenders_.have_a_say_in(pod)) return now;
  scoring::decision decision = now->profile->plugins.schedule(now->entry.pod, cache_.index(), now->cycle, random_);
  conclude(std::move(now), std::move(decision));
  return nullptr;
}

void scheduler::conclude(attempt_ptr attempt, scoring::decision decision) {
  metrics_.decided(clock_.now() - attempt->started);
  recorder_.ran(attempt->pod().uid, attempt->profile->number);
  const auto eviction = attempt->cycle.out().take_one<scoring::preempt_pods>();
  perform(attempt->cycle.out(), log_, permits_, cache_.index().storage());
  if (const auto* where = std::get_if<scoring::placement>(&decision)) return place(std::move(attempt), *where);
  if (const auto* why = std::get_if<scoring::cycle_error>(&decision))
    return break_off(*attempt, scoring::status::failed(why->message));
  auto& why = std::get<scoring::diagnosis>(decision);
  note_post_filter(*attempt, why);
  if (std::find(why.post_filters.begin(), why.post_filters.end(), "DefaultPreemption") != why.post_filters.end())
    metrics_.tried_to_preempt();
  if (eviction) make_room(*attempt, *eviction);
  refuse(*attempt, std::move(why.plugins), why.message(), why.nominated, true);
}

void scheduler::place(attempt_ptr attempt, const scoring::placement& where) {
  attempt->evaluated_nodes = where.evaluated_nodes;
  attempt->feasible_nodes = where.feasible_nodes;
  recorder_.kept().assumed(attempt->pod().uid, where.node, where.feasible_nodes, where.evaluated_nodes, clock_.now());
  placement& placed = attempt->placed.emplace(desk_, attempt->profile->plugins, attempt->entry.pod, where.node,
                                              std::move(attempt->cycle));
  if (!placed.reserved().is_ok()) return refuse_by(*attempt, placed.reserved());

  const scoring::status permitted = placed.permit([&](const placement::waits& waits) {
    note_wait(*attempt, waits);
    permits_.hold(std::move(attempt), waits);
  });
  if (permitted.what == scoring::code::wait) return;
  if (permitted.is_ok()) return to_binding(std::move(attempt));
  refuse_by(*attempt, permitted);
}

void scheduler::to_binding(attempt_ptr attempt) {
  // From here on a failure is an error and is retried in any case: events need no longer be kept for the pod.
  queue_.done(attempt->pod().uid);
  binding_.add(std::move(attempt));
}

void scheduler::note_wait(attempt& a, const placement::waits& waits) {
  a.held_since = clock_.now();
  log_.info(4, "One or more plugins asked to wait and no plugin rejected pod", {{"pod", a.pod().key}});
  log_.info(4, "Pod waiting on permit", {{"pod", a.pod().key}});
  std::string names;
  milliseconds at_most = milliseconds::max();
  for (const auto& each : waits) {
    names += (names.empty() ? "" : ", ") + each.plugin;
    at_most = std::min(at_most, each.timeout);
  }
  recorder_.kept().waits(a.pod().uid, std::move(names), at_most, a.held_since);
  expect_on_node(a);
}

// Upstream: NominatedNodeNameForExpectation, in bindingCycle.
void scheduler::expect_on_node(attempt& a) {
  const scoring::pod_info* newest = cache_.find_waiting(a.pod().key, a.pod().uid);
  if (newest == nullptr || !status_.nominate(*newest->pod, a.placed->node())) return;
  a.nominated = true;
  log_.info(3, "Updating pod condition and nominated node name",
            {{"pod", a.pod().key},
             {"nominatedNodeName", a.placed->node()},
             {"nominatingMode", 1}});  // upstream's ModeOverride
}

k8s::pod_ptr scheduler::as_told(const attempt& a, const k8s::pod_ptr& pod) {
  if (!a.nominated || pod->nominated_node_name == a.placed->node()) return pod;
  auto copy = std::make_shared<k8s::pod>(*pod);
  copy->nominated_node_name = a.placed->node();
  return copy;
}

// ---- how it ends ------------------------------------------------------------------------------------------------

void scheduler::bound(attempt_ptr attempt) {
  const instant now = clock_.now();
  const k8s::pod& pod = attempt->pod();
  const std::string& node = attempt->placed->node();
  recorder_.kept().bound(pod.uid, node, now);
  log_.info(2, "Successfully bound pod to node",
            {{"pod", pod.key},
             {"node", node},
             {"evaluatedNodes", attempt->evaluated_nodes},
             {"feasibleNodes", attempt->feasible_nodes}});
  metrics_.attempted(attempt->profile->number, attempt_result::scheduled, now - attempt->started);
  metrics_.bound(attempt->entry.attempts, now - attempt->entry.first_tried.value_or(now));
  if (attempt->entry.flushed) {
    metrics_.bound_after_flush();
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
      recorder_.kept().failed(uid, "the API server was not reached", clock_.now());
      // Nothing is wrong with the pod: it keeps its turn.
      if (!comes_back(*attempt)) return;
      cache_.nominate(attempt->entry.pod, attempt->pod().nominated_node_name);
      queue_.give_back(std::move(attempt->entry), clock_.now());
      return;
    case binding_verdict::gone:
      recorder_.kept().failed(uid, why.message(), clock_.now());
      // The watch will say so too. Until it does, the pod is kept: an answer of 404 may also come from something in
      // between.
      if (comes_back(*attempt)) queue_.failed(std::move(attempt->entry), clock_.now());
      wake_.notify();
      return;
    case binding_verdict::refused:
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
  metrics_.attempted(a.profile->number, attempt_result::unschedulable, clock_.now() - a.started);
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
  metrics_.attempted(a.profile->number, rejected ? attempt_result::unschedulable : attempt_result::error,
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
  tell(pod, *profiles_.find(pod->spec->scheduler_name), scheduler_error, why.message());
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
