#pragma once

#include "controller/bind/attempt.hpp"
#include "controller/bind/pre_bind_waits.hpp"
#include "controller/extenders/consultation.hpp"
#include "controller/runtime/job_list.hpp"
#include "controller/runtime/log.hpp"
#include "controller/runtime/task_group.hpp"
#include "controller/runtime/wakeup.hpp"
#include "controller/schedule/server_gate.hpp"
#include "k8s/leadership.hpp"

#include <list>

/// The second half of an attempt: PreBind, Bind, and the POST, for many pods at once.
///
/// A fixed number of lanes, each with one pod. A pod that a PreBind plugin has wait leaves its lane until it is done,
/// so that any number may wait for volumes. A binding whose outcome cannot be told (the server went away in the
/// middle) leaves its lane and is read back until it can be; its pod stays assumed meanwhile, for it may be bound. On
/// the one strand; what is passed by reference outlives this.
namespace berth::controller {

/// Told how each ended; exactly one call per attempt, whose placement is settled by then.
class binding_listener {
 public:
  virtual ~binding_listener() = default;
  virtual void bound(attempt_ptr attempt) = 0;
  /// Asked before the binding is sent: success, or why the pod does not fit its node any more.
  virtual scoring::status still_fits(const attempt& a) = 0;
  /// `verdict` is elsewhere, gone, refused, not_sent or overtaken; `freed` says that the pod's room is free because of
  /// this. `why` is a plugin's rejection, or an error with the whole message.
  virtual void not_bound(attempt_ptr attempt, binding_verdict verdict, bool freed, scoring::status why) = 0;
  /// A PreBind plugin has the pod wait, from now on.
  virtual void waits_in_pre_bind(attempt& attempt) = 0;
  /// Something ended: there may be room for more.
  virtual void lane_free() = 0;
};

class binding_cycle final : private pre_bind_listener {
 public:
  /// `desk` is where the attempts were placed. Nothing is sent while `lead`, where there is one, is not fresh.
  binding_cycle(boost::asio::any_io_executor strand, k8s::client& api, alarm_clock& time, const log& out,
                placement_desk& desk, const extenders& others, server_gate& gate, binding_listener& listener,
                std::size_t lanes, const k8s::leadership* lead = nullptr);

  void add(attempt_ptr attempt) { jobs_.put(std::move(attempt)); }
  /// Whether another attempt would find a lane at once.
  bool has_room() const noexcept { return outstanding() < lanes_; }
  std::size_t outstanding() const noexcept { return jobs_.size() + busy_; }

  /// Something has changed that PreBind plugins may wait for.
  void storage_changed() { waits_.changed(); }
  /// Takes out a pod that waits in PreBind; nullptr where it does not.
  attempt_ptr take_waiting(const std::string& uid) { return waits_.take(uid); }
  std::vector<attempt_ptr> close() { return waits_.close(); }

  /// The server answers again: what is unresolved is read back now.
  void server_is_back();
  /// Starts the lanes and the resolver; they run until cancelled.
  void start(task_group& tasks);

 private:
  struct open_question {
    attempt_ptr attempt;
    scoring::status why;
    instant ask_at;
    duration pause;
  };
  // pre_bind_listener
  void pre_bound(attempt_ptr attempt) override { add(std::move(attempt)); }
  void not_pre_bound(attempt_ptr attempt, scoring::status why) override;

  k8s::task<void> lane();
  k8s::task<void> bind_one(attempt_ptr attempt);
  /// The extender binds. False where it could not and may be left out: then the Bind plugins have their turn.
  k8s::task<bool> bind_by(const extender& other, attempt_ptr& attempt);
  k8s::task<void> resolve();
  /// `asked`: the binding was asked for, and the log has it where it failed.
  void settle(attempt_ptr attempt, binding_verdict verdict, scoring::status why, bool asked = true);
  void note_rejection(const attempt& a, const char* line, const scoring::status& why) const;

  k8s::client& api_;
  alarm_clock& clock_;
  const log& log_;
  placement_desk& desk_;
  const extenders& extenders_;
  server_gate& gate_;
  binding_listener& listener_;
  std::size_t lanes_;
  const k8s::leadership* lead_;
  job_list<attempt_ptr> jobs_;
  pre_bind_waits waits_;
  std::size_t busy_ = 0;
  std::list<open_question> unresolved_;
  wakeup asked_;
};

}  // namespace berth::controller
