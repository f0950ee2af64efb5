#pragma once

#include "k8s/api/lease.hpp"
#include "k8s/backoff.hpp"
#include "k8s/clock.hpp"
#include "k8s/error.hpp"

#include <chrono>
#include <cstdint>
#include <string>

/// The rules of leader election over a Lease, without I/O: asked what to do next, told what came of it.
///
/// Only the time at which *we* saw a record change counts; times written by others are never compared, so clocks may
/// differ (their rates may not, by more than lease_duration / renew_deadline). Upstream: client-go
/// tools/leaderelection.
namespace berth::k8s {

struct leader_election_settings {
  std::string namespace_ = "kube-system";
  std::string name = "berth";
  std::string identity;                              ///< who we are: hostname_uuid
  std::chrono::milliseconds lease_duration{15'000};  ///< others wait so long without a renewal
  std::chrono::milliseconds renew_deadline{10'000};  ///< we give up after failing for so long
  std::chrono::milliseconds retry_period{2'000};
  /// How often one that waits looks at somebody else's lease: a lease that is given back is taken up so soon.
  std::chrono::milliseconds standby_period{600};
  bool release_on_stop = true;

  /// "" or what is wrong: "leaseDuration must be greater than renewDeadline".
  std::string problem() const;
};

struct election_action {
  enum class kind {
    get,
    create,   ///< `to_write`
    replace,  ///< `to_write`, at the version last answered
    sleep,    ///< `how_long`
    lost,     ///< the end
    stopped,  ///< the end
  };
  kind what = kind::get;
  lease to_write;
  std::chrono::milliseconds how_long{0};
  /// The deadline of a request: a stuck one must not outlive our own leadership.
  std::chrono::milliseconds timeout{0};
};

class leader_elector_step {
 public:
  using time_point = clock::time_point;
  using wall_time = clock::wall_time;

  leader_elector_step(leader_election_settings settings, std::uint64_t seed);

  election_action start(time_point now, wall_time wall);
  /// The answer to `get`, `create` or `replace`: the lease as it is now at the server.
  election_action answered(const result<lease>& answer, time_point now, wall_time wall);
  /// `sleep` is over.
  election_action slept(time_point now, wall_time wall);
  /// Instead of `slept`, or after an answer: give the lease back if it is ours.
  election_action stop(time_point now, wall_time wall);

  bool leading() const noexcept { return leading_; }
  const std::string& holder() const noexcept { return observed_.holder_identity; }
  time_point observed_at() const noexcept { return observed_at_; }
  /// Until when a leader may write: the renew deadline, counted from the moment at which the last renewal that
  /// succeeded was sent. Others count the lease duration from when they see it, which cannot be earlier.
  time_point fresh_until() const noexcept {
    return leading_ ? renewed_at_ + settings_.renew_deadline : time_point::min();
  }

 private:
  enum class phase { acquiring, renewing, releasing };
  enum class question { none, fast_replace, get, create, replace, release_get, release };

  election_action begin_try(time_point now, wall_time wall);
  election_action tried(bool succeeded, time_point now);
  election_action stand_by(time_point now);
  election_action judge(const lease& found, time_point now, wall_time wall);
  election_action send(election_action::kind what, question why, lease to_write, time_point now);
  lease claim(wall_time wall) const;
  void observe(const lease& found, time_point now);
  bool held_by_us() const noexcept { return observed_.holder_identity == settings_.identity; }
  bool valid(time_point now) const noexcept;

  leader_election_settings settings_;
  jitter_source random_;
  phase phase_ = phase::acquiring;
  question question_ = question::none;
  lease observed_;  ///< the last record that we saw or wrote
  time_point observed_at_{};
  time_point sent_at_{};     ///< the request under way
  time_point renewed_at_{};  ///< sent_at_ of the last that made the lease ours
  time_point round_end_{};   ///< when this round of renewal tries, or the release, is given up
  bool round_open_ = false;  ///< a renewal was tried and has not succeeded yet
  bool leading_ = false;
};

}  // namespace berth::k8s
