#include "controller/schedule/scheduler.hpp"

#include "controller/bind/effects.hpp"
#include "controller/bind/verify_assumed.hpp"

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

/// The FitError of one node: "0/1 nodes are available: 1 <reason>."
std::string one_node_said_no(const scoring::status& why) {
  scoring::diagnosis d;
  d.node_count = 1;
  d.refused_by.push_back(d.table.intern(why));
  return d.message();
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
      recorder_(time, figures),
      cache_([&by_name](const std::string& name) { return by_name.find(name) != nullptr; }, *this),
      queue_(settings.queue, by_name, &scheduler::pod_queued, this),
      events_(strand, api, time, settings.events, [&figures](const char* outcome) { figures.event_written(outcome); }),
      reservation_warnings_(by_name, events_),
      status_(strand, api, time, settings.status_writes_in_flight,
              [&out](const k8s::object_key& pod, const k8s::error& why) {
                out.error(why.detail, "Error updating pod", {{"pod", pod}});
              }),
      gate_(
          strand, api, time,
          [this] {
            log_.info(0, "The API server answers again", {{"server", api_.server()}});
            binding_.server_is_back();
            wake_.notify();
          },
          settings.seed),
      binding_(strand, api, time, out, recorder_, cache_, others, gate_, *this, *this, settings.bindings_in_flight),
      wake_(strand, time),
      permit_wake_(strand, time),
      drained_(strand, time) {}

void scheduler::start(task_group& tasks) {
  tasks.spawn("schedule", run());
  tasks.spawn("end waits on permit", end_permits());
  tasks.spawn("verify assumed pods",
              verify_assumed(api_, clock_, log_, cache_, settings_.verify_assumed_after,
                             [this](const cluster_cache::unconfirmed& what) { binding_lost(what); }));
  tasks.spawn("probe the API server", gate_.run());
  binding_.start(tasks);
  events_.start(tasks);
  status_.start(tasks);
}

void scheduler::lead() {
  leading_ = true;
  reservation_warnings_.look_at_all(cache_.index());
  wake_.notify();
}

void scheduler::pod_queued(void* self, const queue_entry& pod, queue_name queue, const char* event) {
  auto& me = *static_cast<scheduler*>(self);
  me.metrics_.queued(name_of(queue), event);
  me.recorder_.kept().queued(pod, queue, event, me.clock_.now());
}

// ---- the loop ---------------------------------------------------------------------------------------------------

bool scheduler::may_take() const {
  return leading_ && !stopping_ && cache_.synced() && gate_.open() && binding_.has_room();
}

k8s::task<void> scheduler::run() {
  for (;;) {
    while (may_take()) {
      if (before_each_cycle_) before_each_cycle_();
      auto next = queue_.pop(clock_.now());
      if (!next) break;
      const instant began = clock_.now();
      attempt_ptr others_decide = try_pod(std::move(*next));
      metrics_.held_up_others(clock_.now() - began);
      if (others_decide) co_await consult(std::move(others_decide));
      co_await boost::asio::post(strand_, boost::asio::use_awaitable);
    }
    co_await wake_.wait_until(may_take() ? queue_.next_tick() : never);
  }
}

attempt_ptr scheduler::try_pod(queue_entry entry) {
  attempt_ptr now = std::make_unique<attempt>();
  now->entry = std::move(entry);
  now->started = clock_.now();
  const k8s::pod& pod = now->pod();
  now->profile = profiles_.find(pod.spec->scheduler_name);
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
  recorder_.begins(*now);

  if (extenders_.have_a_say_in(pod)) return now;
  scoring::decision decision = now->profile->plugins.schedule(now->entry.pod, cache_.index(), now->cycle, random_);
  conclude(std::move(now), std::move(decision));
  return nullptr;
}

void scheduler::conclude(attempt_ptr what, scoring::decision decision) {
  metrics_.decided(clock_.now() - what->started);
  recorder_.ran(*what);
  perform(what->cycle.out(), log_, *this);
  if (const auto* placement = std::get_if<scoring::placement>(&decision)) return place(std::move(what), *placement);
  if (const auto* why = std::get_if<scoring::cycle_error>(&decision)) return break_off(*what, why->message);
  auto& why = std::get<scoring::diagnosis>(decision);
  refuse(*what, std::move(why.plugins), why.message());
}

void scheduler::place(attempt_ptr what, const scoring::placement& where) {
  scoring::profile& plugins = what->profile->plugins;
  what->node = where.node;
  what->evaluated_nodes = where.evaluated_nodes;
  what->feasible_nodes = where.feasible_nodes;
  what->placed = cache_.assume(what->entry.pod, where.node);
  recorder_.kept().assumed(what->pod().uid, what->node, what->feasible_nodes, what->evaluated_nodes, clock_.now());

  const scoring::status reserved = plugins.reserve(what->placed, cache_.index(), what->cycle, what->node);
  recorder_.ran(*what);
  perform(what->cycle.out(), log_, *this);
  if (!reserved.is_ok()) {
    cache_.forget(what->pod().uid);
    return refuse_by(*what, reserved);
  }

  std::vector<scoring::profile::permit_wait> waits;
  const scoring::status permitted = plugins.permit(what->placed, cache_.index(), what->cycle, what->node, waits);
  recorder_.ran(*what);
  scoring::effects wanted = std::exchange(what->cycle.out(), {});
  if (permitted.what == scoring::code::wait) {
    note_wait(*what, waits);
    permits_.add(std::move(what), waits, clock_.now());
    permit_wake_.notify();
    perform(wanted, log_, *this);  // which may end the wait
    return;
  }
  perform(wanted, log_, *this);
  if (permitted.is_ok()) return to_binding(std::move(what));
  take_back(*what);
  refuse_by(*what, permitted);
}

void scheduler::to_binding(attempt_ptr what) {
  // From here on a failure is an error, retried whatever happens meanwhile: no event needs be kept for it.
  queue_.done(what->pod().uid);
  binding_.add(std::move(what));
}

void scheduler::note_wait(const attempt& what, const std::vector<scoring::profile::permit_wait>& waits) {
  std::string names;
  milliseconds at_most = milliseconds::max();
  for (const auto& each : waits) {
    names += (names.empty() ? "" : ", ") + each.plugin;
    at_most = std::min(at_most, each.timeout);
  }
  recorder_.kept().waits(what.pod().uid, std::move(names), at_most, clock_.now());
}

void scheduler::take_back(attempt& what) {
  what.profile->plugins.unreserve(what.placed, cache_.index(), what.cycle, what.node);
  recorder_.ran(what);
  perform(what.cycle.out(), log_, *this);
  cache_.forget(what.pod().uid);
}

// ---- how it ends ------------------------------------------------------------------------------------------------

void scheduler::bound(attempt_ptr what) {
  const instant now = clock_.now();
  cache_.binding_acknowledged(what->pod().uid, now);
  recorder_.kept().bound(what->pod().uid, what->node, now);
  log_.info(2, "Successfully bound pod to node",
            {{"pod", what->pod().key},
             {"node", what->node},
             {"evaluatedNodes", what->evaluated_nodes},
             {"feasibleNodes", what->feasible_nodes}});
  metrics_.attempted(what->profile->number, attempt_result::scheduled, now - what->started);
  metrics_.bound(what->entry.attempts, now - what->entry.first_tried.value_or(now));
  if (what->entry.flushed) metrics_.bound_after_flush();
  events_.record(
      what->pod(), scheduled_event, what->profile->reporter,
      "Successfully assigned " + what->pod().key.namespace_ + "/" + what->pod().key.name + " to " + what->node);
  what->profile->plugins.post_bind(what->placed, cache_.index(), what->cycle, what->node);
  recorder_.ran(*what);
  perform(what->cycle.out(), log_, *this);
}

void scheduler::not_bound(attempt_ptr what, binding_verdict verdict, std::string why) {
  const std::string uid = what->pod().uid;
  const bool was_assumed = cache_.is_assumed(uid);
  take_back(*what);
  // The room that it held may be what others wait for.
  if (was_assumed) happened(assigned_pod_deleted(what->placed.pod));
  switch (verdict) {
    case binding_verdict::elsewhere:
      log_.info(2, "Pod has been assigned to node. Abort adding it back to queue.", {{"pod", what->pod().key}});
      return;
    case binding_verdict::not_sent:
      recorder_.kept().failed(what->pod().uid, "the API server was not reached", clock_.now());
      // Nothing is wrong with the pod: it keeps its turn.
      if (renew(*what)) queue_.give_back(std::move(what->entry), clock_.now());
      return;
    case binding_verdict::gone:
      recorder_.kept().failed(what->pod().uid, why, clock_.now());
      // The watch will say so too. Until it does, the pod is kept: an answer of 404 may also come from something in
      // between.
      if (renew(*what)) queue_.failed(std::move(what->entry), clock_.now());
      wake_.notify();
      return;
    case binding_verdict::refused:
    case binding_verdict::bound:
    case binding_verdict::too_early:
    case binding_verdict::unknown:
      break_off(*what, why);
      return;
  }
}

/// Takes over the newest state of the pod. False where there is nothing left to schedule.
bool scheduler::renew(attempt& what) {
  const scoring::pod_info* newest = cache_.find_waiting(what.pod().key, what.pod().uid);
  if (newest == nullptr || newest->pod->terminating()) {
    queue_.done(what.pod().uid);
    return false;
  }
  what.entry.pod = *newest;
  return true;
}

void scheduler::refuse_by(attempt& what, const scoring::status& why) {
  if (scoring::is_rejection(why.what)) return refuse(what, {why.plugin}, one_node_said_no(why));
  break_off(what, why.message());
}

void scheduler::refuse(attempt& what, std::vector<std::string> plugins, const std::string& message) {
  recorder_.kept().refused(what.pod().uid, message, fmt::format("{}", fmt::join(plugins, ", ")), clock_.now());
  metrics_.attempted(what.profile->number, attempt_result::unschedulable, clock_.now() - what.started);
  if (cache_.node_count() == 0)
    log_.info(2, "Unable to schedule pod; no nodes are registered to the cluster; waiting", {{"pod", what.pod().key}});
  else
    log_.info(2, "Unable to schedule pod; no fit; waiting", {{"pod", what.pod().key}, {"err", message}});
  if (!renew(what)) return;
  const k8s::pod_ptr pod = what.entry.pod.pod;
  queue_.refused(std::move(what.entry), std::move(plugins), clock_.now());
  tell(pod, *what.profile, unschedulable, message);
}

void scheduler::break_off(attempt& what, const std::string& message) {
  recorder_.kept().failed(what.pod().uid, message, clock_.now());
  metrics_.attempted(what.profile->number, attempt_result::error, clock_.now() - what.started);
  log_.error(message, "Error scheduling pod; retrying", {{"pod", what.pod().key}});
  if (!renew(what)) return;
  const k8s::pod_ptr pod = what.entry.pod.pod;
  queue_.failed(std::move(what.entry), clock_.now());
  wake_.notify();
  tell(pod, *what.profile, scheduler_error, message);
}

void scheduler::warn(const k8s::object_reference& about, const event_kind& kind, std::string note) {
  log_.warning(note, {{"kind", about.kind}, {"name", about.name}, {"namespace", about.namespace_}});
  events_.record(about, kind, profiles_.all().front().reporter, std::move(note));
}

void scheduler::tell(const k8s::pod_ptr& pod, const profile_at_work& profile, const char* reason,
                     const std::string& message) {
  events_.record(*pod, failed_scheduling_event, profile.reporter, message);
  if (status_.write(*pod, reason, message))
    log_.info(3, "Updating pod condition",
              {{"pod", pod->key},
               {"conditionType", bare_word{"PodScheduled"}},
               {"conditionStatus", bare_word{"False"}},
               {"conditionReason", reason}});
}

}  // namespace berth::controller
