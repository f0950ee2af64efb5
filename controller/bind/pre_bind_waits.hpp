#pragma once

#include "controller/bind/attempt.hpp"
#include "controller/runtime/job_list.hpp"
#include "controller/runtime/task_group.hpp"
#include "controller/runtime/wakeup.hpp"
#include "k8s/text/keyed_hash.hpp"

#include <cstdint>
#include <string>
#include <vector>

/// Pods that a PreBind plugin holds: what it wants written is being written, or it waits for others to act on it, as a
/// volume controller or a provisioner may for minutes. They occupy no binding lane.
///
/// The plugin is asked again once its writes were answered, and then whenever `changed` says that what it may wait for
/// has changed, until its time has run out. On the one strand; what is passed by reference outlives this.
/// Upstream: plugins/volumebinding, BindPodVolumes, which sleeps in a goroutine for each pod.
namespace berth::controller {

/// Told how each wait ended; exactly one call for each, but for those that `take` or `close` ended.
class pre_bind_listener {
 public:
  virtual ~pre_bind_listener() = default;
  /// All PreBind plugins are done.
  virtual void pre_bound(attempt_ptr attempt) = 0;
  /// A plugin's rejection, or an error with the whole message.
  virtual void not_pre_bound(attempt_ptr attempt, scoring::status why) = 0;
};

class pre_bind_waits {
 public:
  /// So many writes at once, for all pods together.
  static constexpr std::size_t write_lanes = 16;

  pre_bind_waits(boost::asio::any_io_executor strand, k8s::client& api, alarm_clock& time, pre_bind_listener& listener);

  /// Starts the loops; they run until cancelled.
  void start(task_group& tasks);
  /// `answer` says `wait`.
  void hold(attempt_ptr attempt, scoring::pre_bind_result answer);
  /// A volume, a claim, another object of storage or a node has changed.
  void changed();

  /// Takes the pod out; nullptr where it does not wait.
  attempt_ptr take(const std::string& uid);
  std::vector<attempt_ptr> close();

 private:
  struct waiting {
    attempt_ptr attempt;
    std::uint64_t ticket;  ///< tells this wait from an earlier one of the same pod
    bool writing = false;
    instant until = never;
    scoring::status late;
  };
  struct job {
    std::string uid;
    std::uint64_t ticket;
    std::vector<scoring::storage_write> writes;
  };

  void settle_in(waiting& w, scoring::pre_bind_result answer);
  /// The wait that this job belongs to; nullptr where it has ended.
  waiting* wait_of(const job& j);
  void ask(const std::string& uid, std::vector<scoring::write_reply> replies);
  k8s::task<void> write();
  k8s::task<void> run();

  k8s::client& api_;
  alarm_clock& clock_;
  pre_bind_listener& listener_;
  k8s::text_map<waiting> pods_;
  std::uint64_t last_ticket_ = 0;
  bool changed_ = false;
  job_list<job> jobs_;
  wakeup wake_;
};

}  // namespace berth::controller
