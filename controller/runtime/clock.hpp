#pragma once

#include "k8s/clock.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>

/// Time, as the process sees it: passed in everywhere, so that tests turn it by hand.
///
/// Two times, never mixed: an `instant` measures (queues, backoff, deadlines) and does not jump; a wall-clock timestamp
/// is written into objects and logs.
namespace berth::controller {

using instant = k8s::clock::time_point;
using duration = k8s::clock::duration;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

inline constexpr instant never = instant::max();

/// A clock that also rings: k8s::clock sleeps, but whoever sleeps there cannot be woken before his time.
class alarm_clock : public k8s::clock {
 public:
  /// Arms the timer for `when`; whoever waits on it is woken then. A clock that is turned by hand keeps a reference
  /// until `disarm`, which is therefore called before the timer dies.
  virtual void arm(boost::asio::steady_timer& timer, instant when) = 0;
  virtual void disarm(boost::asio::steady_timer& timer) = 0;
  boost::asio::awaitable<void> sleep_until(instant when) override;
};

/// The machine's clock.
class machine_clock final : public alarm_clock {
 public:
  instant now() const override { return std::chrono::steady_clock::now(); }
  wall_time wall() const override {
    return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
  }
  void arm(boost::asio::steady_timer& timer, instant when) override { timer.expires_at(when); }
  void disarm(boost::asio::steady_timer&) override {}
};

/// Seconds as metrics want them.
inline double seconds_of(duration d) { return std::chrono::duration<double>(d).count(); }

}  // namespace berth::controller
