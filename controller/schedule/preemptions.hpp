#pragma once

#include "controller/events/event_series.hpp"
#include "controller/queue/profiles.hpp"
#include "controller/runtime/clock.hpp"
#include "controller/runtime/job_list.hpp"
#include "controller/runtime/task_group.hpp"
#include "k8s/api/pod.hpp"
#include "k8s/client.hpp"
#include "k8s/text/keyed_hash.hpp"

#include <memory>
#include <string>
#include <vector>

/// Evicts pods on behalf of others of higher priority, while scheduling goes on:
///
///   nominations of lower priority on the node are cleared --> all victims but the last, at once --> the last --> over
///
/// The pod that they make room for is not tried again before that is over, or the watch shows that the last victim
/// goes: so the event of its going finds the pod in the queue. A victim that is being deleted already is left alone;
/// one that is not bound yet, and waits in Permit or PreBind, is let go and scheduled again; any other gets the
/// condition DisruptionTarget and is deleted.
///
/// On the one strand; what is passed by reference outlives this. Upstream: framework/preemption/executor.go,
/// prepareCandidateAsync.
namespace berth::controller {

struct preemption {
  k8s::pod_ptr preemptor;
  const profile_at_work* profile = nullptr;
  std::string node;
  std::vector<k8s::pod_ptr> victims;  ///< as placed, the most important first
  instant begun{};
};

/// When the pod that room was made for is tried again.
enum class next_try {
  when_told,      ///< the watch will show that the last victim goes
  at_once,        ///< nothing will be shown, or it has been
  after_backoff,  ///< an eviction failed, or has left no trace yet: it would be the same again at once
};

/// What preemptions ask of the scheduler, and tell it. Calls come from the lanes, one at a time.
class preemption_host {
 public:
  virtual ~preemption_host() = default;
  /// The pod is not tried while this is so.
  virtual void gate(const k8s::pod& preemptor, bool closed) = 0;
  /// Pods of lower priority that are nominated to the node, as last seen.
  virtual std::vector<k8s::pod_ptr> nominated_below(const std::string& node, std::int32_t priority) const = 0;
  /// Lets a pod go that waits in Permit or PreBind: it is scheduled anew. False where it does not wait.
  virtual bool let_go(const k8s::pod& victim) = 0;
  /// Whether the watch shows the pod as it stands, on its node and not being deleted.
  virtual bool stays(const k8s::pod& victim) const = 0;
  virtual void evicted(const preemption& why, const k8s::pod& victim, bool in_memory) = 0;
  virtual void not_evicted(const preemption& why, const k8s::pod& victim, const k8s::error& error) = 0;
  virtual void nomination_not_cleared(const preemption& why, const k8s::error& error) = 0;
  /// `failed`: something could not be written.
  virtual void over(const preemption& done, bool failed, next_try when) = 0;
};

class preemptions {
 public:
  preemptions(boost::asio::any_io_executor strand, k8s::client& api, alarm_clock& time, preemption_host& host);

  /// Starts the lanes; they run until cancelled.
  void start(task_group& tasks);
  void begin(preemption wanted);
  /// The watch showed a change of this pod, or its end: before the queue hears of it.
  void changed(const k8s::pod& pod);

 private:
  struct work {
    preemption what;
    std::size_t open = 0;           ///< jobs that are not done
    std::size_t started = 0;        ///< victims that were handed out
    bool failed = false;            ///< a victim stays: no further one is evicted
    bool nomination_stays = false;  ///< one of lower priority could not be cleared
    bool last_in_memory = false;
    bool last_was_gone = false;
  };
  using work_ptr = std::shared_ptr<work>;
  struct job {
    work_ptr of;
    k8s::pod_ptr victim;  ///< null: clear the nominations
  };
  k8s::task<void> lane();
  k8s::task<void> clear_nominations(work_ptr of);
  k8s::task<void> evict(work_ptr of, k8s::pod_ptr victim);
  /// Writes the condition and deletes. An object that is gone is no error.
  struct outcome {
    bool gone = false;
    k8s::error failed{};
  };
  k8s::task<outcome> mark_and_delete(work_ptr of, k8s::pod_ptr victim);
  void next_step(const work_ptr& of);
  void hand_out(const work_ptr& of, std::size_t up_to);

  k8s::client& api_;
  alarm_clock& clock_;
  preemption_host& host_;
  job_list<job> jobs_;
  /// By the uid of a last victim that is being evicted: the pods it makes room for, of which there may be several.
  k8s::text_map<std::vector<k8s::pod_ptr>> last_victims_;
};

}  // namespace berth::controller
