#pragma once

#include "controller/runtime/job_list.hpp"
#include "controller/runtime/task_group.hpp"
#include "controller/runtime/wakeup.hpp"
#include "k8s/api/pod.hpp"
#include "k8s/codec/encode.hpp"
#include "k8s/text/keyed_hash.hpp"

#include <optional>
#include <string>

/// Writes what the scheduler says in a pod's status: the PodScheduled condition of pods that could not be placed, and
/// the node that a pod is nominated to. Only where that changes something.
///
/// Apart from the scheduling of pods: at most one PATCH per pod is kept, the newest, and a few are in flight. One that
/// fails is tried four times, as upstream's, and then left to the pod's next attempt. On the one strand; `api` and
/// `time` outlive it.
namespace berth::controller {

class status_listener {
 public:
  virtual ~status_listener() = default;
  /// Given up, until the pod's next attempt.
  virtual void status_not_written(const k8s::object_key& pod, const k8s::error& why) = 0;
};

class status_writer {
 public:
  /// A message may be as long as its pod is large, and pods may come and go faster than conditions are written: beyond
  /// this, a condition is left to the pod's next attempt.
  static constexpr std::size_t most_bytes = std::size_t{32} << 20;

  status_writer(boost::asio::any_io_executor strand, k8s::client& api, alarm_clock& time, std::size_t lanes,
                status_listener& listener);

  /// PodScheduled=False with this reason and message, and the pod's nomination: to this node, ended (""), or left as it
  /// is (absent). False where the pod says so already, or soon will, or too much waits to be written.
  bool write(const k8s::pod& pod, std::string reason, std::string message,
             const std::optional<std::string>& nominated = std::string());

  /// The pod, which is on its way to this node, is nominated to it (status.nominatedNodeName), unless it has changed
  /// since: it may be bound by then. False where it is so already, or where too much waits to be written.
  bool nominate(const k8s::pod& pod, const std::string& node);

  /// Starts the lanes; they run until cancelled.
  void start(task_group& tasks);
  std::size_t waiting() const noexcept { return patches_.size(); }
  /// About what they take.
  std::size_t bytes() const noexcept { return bytes_; }
  k8s::task<void> flush(instant deadline);

 private:
  struct entry {
    k8s::object_key pod;
    k8s::pod_status_patch patch;
    bool in_flight = false;
    bool again = false;  ///< changed while in flight
    std::size_t bytes = 0;
  };
  bool put(const k8s::pod& pod, k8s::pod_status_patch patch);
  k8s::task<void> lane();

  k8s::client& api_;
  alarm_clock& clock_;
  std::size_t lanes_;
  status_listener& listener_;
  k8s::text_map<entry> patches_;  ///< by pod uid
  std::size_t bytes_ = 0;
  job_list<std::string> jobs_;
  wakeup written_;
};

/// The patch that makes the pod's status say so; nothing where it does already. Pure.
std::optional<k8s::pod_status_patch> condition_patch(const k8s::pod& pod, std::string reason, std::string message,
                                                     const std::optional<std::string>& nominated, k8s::timestamp wall);

}  // namespace berth::controller
