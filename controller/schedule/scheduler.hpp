#pragma once

#include "controller/bind/fault_log.hpp"
#include "controller/bind/kubelet_refusals.hpp"
#include "controller/bind/permits.hpp"
#include "controller/bind/verify_assumed.hpp"
#include "controller/cluster/cluster_cache.hpp"
#include "controller/cluster/cycle_observer.hpp"
#include "controller/events/event_recorder.hpp"
#include "controller/events/status_writer.hpp"
#include "controller/extenders/consultation.hpp"
#include "controller/observe/journey_recorder.hpp"
#include "controller/observe/observed_questions.hpp"
#include "controller/schedule/binding_cycle.hpp"
#include "controller/schedule/observed_desk.hpp"
#include "controller/schedule/preemptions.hpp"
#include "controller/schedule/remedy_notes.hpp"
#include "controller/schedule/scheduler_settings.hpp"
#include "controller/schedule/server_gate.hpp"
#include "controller/serving/metrics.hpp"

#include <atomic>
#include <optional>
#include <random>
#include <string>
#include <vector>

/// The loop: a pod from the queue, a node for it, and on to the binding cycle; or back to the queue with the reason.
///
/// A cycle (filter, score, assume, reserve, permit) does not suspend: what it decides over cannot change under it.
/// Where extenders have a say, it is two halves: the loop waits for them in between, and the second half decides over
/// the cluster as it then is. Between two cycles the strand is given up, so that watch events come in as they arrive.
/// No pod is taken while nothing can come of it: before the first lists are complete, while another replica leads,
/// while the server does not answer, while all binding lanes are busy, and at the end of the process.
///
/// Owns the cache, the queue and everything that acts on their behalf. On the one strand.
/// Upstream: pkg/scheduler/schedule_one.go, eventhandlers.go.
namespace berth::controller {

class scheduler final : private cache_listener,
                        private queue_listener,
                        private permit_listener,
                        private binding_listener,
                        private lost_binding_listener,
                        private kubelet_refusal_listener,
                        private gate_listener,
                        private event_listener,
                        private status_listener,
                        private preemption_host,
                        private scoring::fault_listener {
 public:
  /// What is passed by reference outlives this.
  scheduler(boost::asio::any_io_executor strand, k8s::client& api, alarm_clock& time, const log& out, metrics& figures,
            profiles& by_name, const extenders& others, scheduler_settings settings);
  ~scheduler() override;

  /// The watches write here.
  cluster_cache& cache() noexcept { return cache_; }
  const cluster_cache& cache() const noexcept { return cache_; }
  const scheduling_queue& queue() const noexcept { return queue_; }
  const berth::controller::journeys& journeys() const noexcept { return recorder_.kept(); }

  event_recorder& events() noexcept { return events_; }

  /// `by` outlives the loops.
  void observe(cycle_observer& by);
  /// Starts the loops; they run until cancelled. Nothing is scheduled before `lead`.
  void start(task_group& tasks);
  void lead();
  /// Pods may be taken from the queue, as far as this replica and its watches go: readiness. May be asked from any
  /// thread.
  bool ready() const noexcept { return ready_; }

  /// No further pod is taken; those that wait in Permit or PreBind are let go. Returns when bindings in flight have
  /// ended, or at `deadline`.
  k8s::task<void> drain(instant deadline);
  /// Writes the events and conditions that are left.
  k8s::task<void> flush(instant deadline);

  /// Brings gauges up to date: before metrics are read.
  void report();
  std::size_t bindings_in_flight() const noexcept { return binding_.outstanding(); }

 private:
  // cache_listener
  void pod_waits(const scoring::pod_info& pod) override;
  void waiting_pod_changed(const k8s::pod_ptr& before, const scoring::pod_info& after) override;
  void pod_no_longer_waits(const k8s::pod_ptr& pod) override;
  void assumption_failed(const k8s::pod_ptr& pod) override;
  void happened(const cluster_change& change) override;
  void listed() override {
    ready_ = cache_.synced();
    wake_.notify();
  }
  void node_shown(const k8s::node& node, watch_news what) override;
  void assigned_pod_shown(const k8s::pod& pod, watch_news what) override;
  void placed_by_another(const scoring::pod_info& pod) override;
  // queue_listener
  void pod_queued(const queue_entry& pod, queue_name queue, const char* event) override;
  void pod_gated(const queue_entry& pod, const char* event, const scoring::status& why) override;
  void pre_enqueue_failed(const queue_entry& pod, const scoring::status& why) override;
  bool wants_events() const override { return log_.v(5); }
  void event_did_not_help(const queue_entry& pod, const char* event) override;
  void event_in_flight(const queue_entry& pod, const char* event) override;
  // permit_listener
  void permitted(attempt_ptr attempt, std::string_view plugin) override;
  void not_permitted(attempt_ptr attempt, scoring::status why) override;
  // binding_listener
  scoring::status still_fits(const attempt& a) override;
  void bound(attempt_ptr attempt) override;
  void not_bound(attempt_ptr attempt, binding_verdict verdict, bool freed, scoring::status why) override;
  void waits_in_pre_bind(attempt& attempt) override { expect_on_node(attempt); }
  void lane_free() override;
  // lost_binding_listener
  void binding_lost(const cluster_cache::unconfirmed& pod) override;
  // kubelet_refusal_listener
  void refused_by_kubelet(const kubelet_refusal& r) override;
  // gate_listener
  void server_answers(bool was_away) override;
  // event_listener, status_listener
  void event_ended(const char* outcome) override { metrics_.client.event_written(outcome); }
  void status_not_written(const k8s::object_key& pod, const k8s::error& why) override;
  // preemption_host
  void gate(const k8s::pod& preemptor, bool closed) override;
  std::vector<k8s::pod_ptr> nominated_below(const std::string& node, std::int32_t priority) const override;
  bool let_go(const k8s::pod& victim) override;
  bool stays(const k8s::pod& victim) const override;
  void evicted(const preemption& why, const k8s::pod& victim, bool in_memory) override;
  void not_evicted(const preemption& why, const k8s::pod& victim, const k8s::error& error) override;
  void nomination_not_cleared(const preemption& why, const k8s::error& error) override;
  void over(const preemption& done, bool failed, next_try when) override;
  // fault_listener
  void plugin_threw(const scoring::plugin_fault& fault) override;

  k8s::task<void> run();
  void placed_pod_went(const k8s::pod& last_seen);
  bool may_take() const;
  /// Whether the lease, where there is one, was renewed lately.
  bool leads_still() const { return settings_.lead == nullptr || settings_.lead->fresh(clock_.now()); }
  void before_cycle();

  /// Decides, or returns the attempt that extenders have a say in.
  attempt_ptr try_pod(queue_entry entry);
  k8s::task<void> consult(attempt_ptr attempt);
  /// After waiting: takes over the pod's newest state. False where this attempt has ended.
  bool still_wanted(attempt& a);
  void conclude(attempt_ptr attempt, scoring::decision decision);
  /// The same, once extenders have said whom the pod may evict.
  k8s::task<void> conclude_with_extenders(attempt_ptr attempt, scoring::decision decision);
  whole_texts texts() const;
  void place(attempt_ptr attempt, const scoring::placement& where);
  void to_binding(attempt_ptr attempt);
  void note_wait(attempt& a, const placement::waits& waits);
  /// The pod has a node, and waits for something else: others, like an autoscaler, may count with it from now on
  /// (status.nominatedNodeName).
  void expect_on_node(attempt& a);
  /// The pod is back in the queue with a reason, its event and its condition, and its nomination: to this node, ended
  /// (""), or left as it is (absent). `by_filters`: no node was chosen, so that a change of the pod may help.
  void refuse(attempt& a, std::vector<std::string> plugins, const std::string& message,
              const std::optional<std::string>& nominated = std::string(), bool by_filters = false);
  /// Events of pods that were refused when no search for what would help was allowed.
  void tell_owed_remedies();
  /// Evicts whom PostFilter named, so that the pod fits.
  void make_room(const attempt& a, const scoring::preempt_pods& wanted);
  /// A Reserve or Permit plugin said no, worded as if one node had been looked at; or it failed.
  void refuse_by(attempt& a, const scoring::status& why);
  /// Something failed, or a plugin refused after the last point at which a refusal makes a pod wait: it is tried again
  /// after backoff. `why` is an error with the whole message, or the rejection.
  void break_off(attempt& a, const scoring::status& why);
  bool renew(attempt& a);
  /// The same, of a pod whose attempt failed; the log has why it does not come back into the queue.
  bool comes_back(attempt& a);
  void note_queue(const queue_entry& pod, queue_name queue, std::string_view event) const;
  void note_gate(const queue_entry& pod, std::string_view event, const scoring::status& why) const;
  void note_post_filter(const attempt& a, const scoring::diagnosis& why) const;
  /// The pod's event and its condition. The event has `message` too, or, where `note` is not empty, that.
  void tell(const k8s::pod_ptr& pod, const profile_at_work& profile, const char* reason, const std::string& message,
            const std::optional<std::string>& nominated = std::string(), std::string note = "");
  /// The pod of this attempt as the server has it once everything that was sent is written.
  static k8s::pod_ptr as_told(const attempt& a, const k8s::pod_ptr& pod);

  boost::asio::any_io_executor strand_;
  k8s::client& api_;
  alarm_clock& clock_;
  const log& log_;
  metrics& metrics_;
  profiles& profiles_;
  const extenders& extenders_;
  scheduler_settings settings_;
  std::vector<cycle_observer*> observers_;
  std::mt19937_64 random_;

  journey_recorder recorder_;
  fault_log faults_;
  cluster_cache cache_;
  observed_questions questions_;
  scheduling_queue queue_;
  event_recorder events_;
  status_writer status_;
  server_gate gate_;
  permits permits_;
  observed_desk desk_;
  binding_cycle binding_;
  kubelet_refusals refusals_;
  preemptions preemptions_;
  std::optional<remedy_notes> remedies_;  ///< where they are wanted in events
  wakeup wake_;
  wakeup drained_;
  std::int64_t cycles_ = 0;  ///< how many pods were taken from the queue
  std::atomic<bool> ready_ = false;
  bool leading_ = false;
  bool stopping_ = false;
};

}  // namespace berth::controller
