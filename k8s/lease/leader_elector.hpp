#pragma once

#include "k8s/client.hpp"
#include "k8s/clock.hpp"
#include "k8s/leadership.hpp"
#include "k8s/lease/leader_elector_step.hpp"

#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

/// Holds a Lease, or stops: client-go's protocol, so that replicas of any version and language agree.
///
/// Nothing rests on it for safety, since a lease gives no fencing: two may lead for a while. The rules are pure, in
/// leader_elector_step.hpp; this performs them. Everything happens on the executor that `run` is spawned on, which is
/// best one that nothing else can hold up.
namespace berth::k8s {

struct leader_callbacks {
  std::function<void()> started_leading;
  /// Only after started_leading.
  std::function<void()> stopped_leading;
  /// Somebody is seen to lead who did not before, also ourselves and also nobody ("").
  std::function<void(const std::string& identity)> new_leader;
  /// A try failed; for logs. `leading` tells whether the lease is ours for now.
  std::function<void(const error& why, bool leading)> failed;
};

enum class election_end {
  lost,     ///< led, and could not renew in time
  stopped,  ///< stop() was called; the lease was given back if it was ours
};

class leader_elector {
 public:
  /// Throws config_error when the durations contradict one another. `api`, `time` and `lead` outlive it.
  leader_elector(client& api, clock& time, leader_election_settings settings, leader_callbacks callbacks,
                 std::uint64_t seed, leadership* lead = nullptr);

  /// Tries for ever to get the lease, then renews it. Runs once. Cancelled, it throws and gives nothing back.
  task<election_end> run();
  /// Ends `run` soon; call on run's executor.
  void stop();

  bool is_leader() const noexcept { return leading_; }
  /// Whether we think that we lead although the lease is overdue by `tolerance` (upstream's healthz check). May be
  /// asked from any thread.
  bool overdue(clock::time_point now, clock::duration tolerance) const noexcept;

 private:
  task<result<lease>> perform(election_action action);
  task<void> wait(std::chrono::milliseconds how_long);
  void report();
  /// Tells `lead_` and `overdue` what the rules say.
  void publish();

  client& api_;
  clock& time_;
  leader_election_settings settings_;
  leader_callbacks callbacks_;
  leadership* lead_;
  leader_elector_step rules_;
  std::string path_;  ///< of all leases of the namespace
  std::string reported_holder_;
  std::optional<boost::asio::steady_timer> stop_signal_;  ///< never expires; cancelled by stop()
  std::atomic<clock::duration::rep> observed_at_{0};
  std::atomic<bool> leading_ = false;
  bool stopping_ = false;
};

}  // namespace berth::k8s
