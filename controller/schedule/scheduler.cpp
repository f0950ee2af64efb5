#include "controller/schedule/scheduler.hpp"

#include "controller/bind/effects.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace berth::controller {

namespace {

/// While the lease is not fresh: it is lost soon, or renewed after all.
constexpr milliseconds look_at_lease_every{500};

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
      questions_(by_name, cache_.index(), time, figures),
      queue_(settings.queue, questions_, *this),
      events_(strand, api, time, settings.events, *this),
      status_(strand, api, time, settings.status_writes_in_flight, *this),
      gate_(strand, api, time, *this, settings.seed),
      permits_(strand, time, out, *this),
      desk_(cache_, time, out, permits_, by_name, recorder_),
      binding_(strand, api, time, out, desk_, others, gate_, *this, settings.bindings_in_flight, settings.lead),
      refusals_(strand, api, time, *this),
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
  tasks.spawn("read back what kubelets refuse", refusals_.run());
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
  return leading_ && leads_still() && !stopping_ && cache_.synced() && gate_.open() && binding_.has_room();
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
      metrics_.scheduling.held_up_others(clock_.now() - began);
      if (others_decide) co_await consult(std::move(others_decide));
      co_await boost::asio::post(strand_, boost::asio::use_awaitable);
    }
    instant until = never;
    if (may_take()) until = queue_.next_tick();
    if (may_take() && remedies_) until = std::min(until, remedies_->next_search());
    if (leading_ && !leads_still()) until = clock_.now() + look_at_lease_every;
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
  metrics_.scheduling.decided(clock_.now() - attempt->started);
  recorder_.ran(attempt->pod().uid, attempt->profile->number);
  const auto eviction = attempt->cycle.out().take_one<scoring::preempt_pods>();
  perform(attempt->cycle.out(), log_, permits_, cache_.index().storage());
  if (const auto* where = std::get_if<scoring::placement>(&decision)) return place(std::move(attempt), *where);
  if (const auto* why = std::get_if<scoring::cycle_error>(&decision))
    return break_off(*attempt, scoring::status::failed(why->message));
  auto& why = std::get<scoring::diagnosis>(decision);
  note_post_filter(*attempt, why);
  if (std::find(why.post_filters.begin(), why.post_filters.end(), "DefaultPreemption") != why.post_filters.end())
    metrics_.scheduling.tried_to_preempt();
  if (eviction) make_room(*attempt, *eviction);
  refuse(*attempt, std::move(why.plugins), why.message(), why.nominated, true);
}

void scheduler::place(attempt_ptr attempt, const scoring::placement& where) {
  attempt->evaluated_nodes = where.evaluated_nodes;
  attempt->feasible_nodes = where.feasible_nodes;
  recorder_.kept().assumed(attempt->pod().uid, where.node, where.feasible_nodes, where.evaluated_nodes, clock_.now());
  placement& placed = attempt->placed.emplace(desk_, attempt->profile->plugins, attempt->entry.pod, where.node,
                                              std::move(attempt->cycle));
  attempt->arrivals = cache_.arrivals_on(where.node);
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

}  // namespace berth::controller
