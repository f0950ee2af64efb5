#pragma once

#include "k8s/backoff.hpp"
#include "k8s/clock.hpp"
#include "k8s/error.hpp"

#include <chrono>
#include <cstdint>
#include <string>

/// The rules of leader election over a Lease, without I/O: asked what to do next, told what came of it.
///
/// Only the time at which *we* saw a record change counts; times written by others are never compared, so clocks may
/// differ (their rates may not, by more than lease_duration / renew_deadline). Upstream: client-go tools/leaderelection.
namespace berth::k8s {

struct leader_election_settings {
  std::string namespace_ = "kube-system";
  std::string name = "berth";
  std::string identity;  ///< who we are: hostname_uuid
  std::chrono::milliseconds lease_duration{15'000};  ///< others wait so long without a renewal
  std::chrono::milliseconds renew_deadline{10'000};  ///< we give up after failing for so long
  std::chrono::milliseconds retry_period{2'000};
  bool release_on_stop = true;

  /// "" or what is wrong: "leaseDuration must be greater than renewDeadline".
  std::string problem() const;
};

/// spec of a coordination.k8s.io/v1 Lease. Times are as they are written; ours are made from the wall clock.
struct lease_record {
  std::string holder;
  std::int64_t duration_seconds = 0;
  std::string acquire_time;
  std::string renew_time;
  std::int64_t transitions = 0;
  std::string preferred_holder;
  std::string strategy;

  bool operator==(const lease_record&) const = default;
};

struct election_action {
  enum class kind {
    get,
    create,   ///< `record`
    replace,  ///< `record`, at the version last answered
    sleep,    ///< `how_long`
    lost,     ///< the end
    stopped,  ///< the end
  };
  kind what = kind::get;
  lease_record record;
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
  /// The answer to `get`, `create` or `replace`: the record now at the server.
  election_action answered(const result<lease_record>& answer, time_point now, wall_time wall);
  /// `sleep` is over.
  election_action slept(time_point now, wall_time wall);
  /// Instead of `slept`, or after an answer: give the lease back if it is ours.
  election_action stop(time_point now, wall_time wall);

  bool leading() const noexcept { return leading_; }
  const std::string& holder() const noexcept { return observed_.holder; }
  time_point observed_at() const noexcept { return observed_at_; }

 private:
  enum class phase { acquiring, renewing, releasing };
  enum class asked { nothing, fast_replace, get, create, replace, release_get, release };

  election_action begin_try(time_point now, wall_time wall);
  election_action tried(bool succeeded, time_point now);
  election_action send(election_action::kind what, asked why, lease_record record, time_point now);
  election_action judge(const lease_record& found, time_point now, wall_time wall);
  lease_record ours(wall_time wall) const;
  void observe(const lease_record& record, time_point now);
  bool held_by_us() const noexcept { return observed_.holder == settings_.identity; }
  bool valid(time_point now) const noexcept;

  leader_election_settings settings_;
  jitter_source random_;
  phase phase_ = phase::acquiring;
  asked asked_ = asked::nothing;
  lease_record observed_;
  lease_record in_flight_;
  time_point observed_at_{};
  time_point round_end_{};
  bool leading_ = false;
};

/// "2026-01-02T03:04:05.000006Z": a MicroTime.
std::string micro_time(clock::wall_time t);

}  // namespace berth::k8s
