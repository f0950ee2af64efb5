#pragma once

#include "controller/bind/permit_orders.hpp"
#include "controller/bind/permit_waits.hpp"
#include "controller/cluster/cluster_cache.hpp"
#include "controller/events/event_recorder.hpp"
#include "controller/events/status_writer.hpp"
#include "controller/extenders/consultation.hpp"
#include "controller/observe/journey_recorder.hpp"
#include "controller/queue/attempt.hpp"
#include "controller/queue/scheduling_queue.hpp"
#include "controller/reservations/reservation_warnings.hpp"
#include "controller/runtime/log.hpp"
#include "controller/schedule/binding_cycle.hpp"
#include "controller/schedule/server_gate.hpp"
#include "controller/serving/metrics.hpp"

#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <unordered_map>

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

struct scheduler_settings {
  queue_settings queue;
  event_recorder_settings events;
  std::size_t bindings_in_flight = 32;
  std::size_t status_writes_in_flight = 8;
  duration verify_assumed_after = seconds(60);
  std::uint64_t seed = 0;  ///< of tie-breaks and jitter
};

class scheduler final : private cache_listener, private binding_listener, private permit_desk {
 public:
  /// What is passed by reference outlives this.
  scheduler(boost::asio::any_io_executor strand, k8s::client& api, alarm_clock& time, const log& out, metrics& figures,
            profiles& by_name, const extenders& others, scheduler_settings settings);

  /// The watches write here.
  cluster_cache& cache() noexcept { return cache_; }
  const cluster_cache& cache() const noexcept { return cache_; }
  const scheduling_queue& queue() const noexcept { return queue_; }
  const berth::controller::journeys& journeys() const noexcept { return recorder_.kept(); }

  /// Starts the loops; they run until cancelled. Nothing is scheduled before `lead`.
  void start(task_group& tasks);
  void lead();
  /// `what` is done before each pod is looked at, for those that change the cache by what the cache told them.
  void before_each_cycle(std::function<void()> what) { before_each_cycle_ = std::move(what); }
  /// A warning event about something that is no pod. Of this kind, which lives for ever.
  void warn(const k8s::object_reference& about, const event_kind& kind, std::string note);
  /// Pods may be taken from the queue, as far as this replica and its watches go: readiness.
  bool ready() const noexcept { return cache_.synced(); }

  /// No further pod is taken; the waiting ones are let go. Returns when bindings in flight have ended, or at
  /// `deadline`.
  k8s::task<void> drain(instant deadline);
  /// Writes the events and conditions that are left.
  k8s::task<void> flush(instant deadline);

  /// For Permit plugins that decide later.
  void allow(const std::string& pod_uid, std::string_view plugin);
  void reject(const std::string& pod_uid, std::string_view plugin, std::string message);

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
  void node_changed(const cluster_change& change);
  void listed() override { wake_.notify(); }
  // binding_listener
  void bound(attempt_ptr what) override;
  void not_bound(attempt_ptr what, binding_verdict verdict, std::string why) override;
  void lane_free() override;
  // permit_desk
  void order(permit_order what, duration after) override;

  static void pod_queued(void* self, const queue_entry& pod, queue_name queue, const char* event);
  k8s::task<void> run();
  k8s::task<void> end_permits();
  void binding_lost(const cluster_cache::unconfirmed& what);
  bool may_take() const;

  /// Decides, or returns the attempt that extenders have a say in.
  attempt_ptr try_pod(queue_entry entry);
  k8s::task<void> consult(attempt_ptr what);
  /// After waiting: takes over the pod's newest state. False where this attempt has ended.
  bool still_wanted(attempt& what);
  void conclude(attempt_ptr what, scoring::decision decision);
  void place(attempt_ptr what, const scoring::placement& where);
  void to_binding(attempt_ptr what);
  void note_wait(const attempt& what, const std::vector<scoring::profile::permit_wait>& waits);
  void take_back(attempt& what);
  void carry_out(permit_order what);
  void rejected(attempt_ptr what, std::string_view plugin, std::string message);
  /// The pod is back in the queue with a reason, its event and its condition.
  void refuse(attempt& what, std::vector<std::string> plugins, const std::string& message);
  void break_off(attempt& what, const std::string& message);
  /// A Reserve or Permit plugin said no: worded as if one node had been looked at.
  void refuse_by(attempt& what, const scoring::status& why);
  bool renew(attempt& what);
  void tell(const k8s::pod_ptr& pod, const profile_at_work& profile, const char* reason, const std::string& message);

  boost::asio::any_io_executor strand_;
  k8s::client& api_;
  alarm_clock& clock_;
  const log& log_;
  metrics& metrics_;
  profiles& profiles_;
  const extenders& extenders_;
  scheduler_settings settings_;
  std::function<void()> before_each_cycle_;
  std::mt19937_64 random_;

  journey_recorder recorder_;
  cluster_cache cache_;
  scheduling_queue queue_;
  event_recorder events_;
  reservation_warnings reservation_warnings_;
  status_writer status_;
  server_gate gate_;
  binding_cycle binding_;
  permit_waits permits_;
  permit_orders orders_;
  wakeup wake_;
  wakeup permit_wake_;
  wakeup drained_;
  bool leading_ = false;
  bool stopping_ = false;
};

}  // namespace berth::controller
