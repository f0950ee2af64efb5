#pragma once

#include "controller/runtime/instant.hpp"
#include "k8s/clock.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>

/// The clock of the process: passed in everywhere, so that tests turn it by hand. It brings Asio along: what is told
/// the time includes instant.hpp alone.
namespace berth::controller {

/// A clock that also rings: k8s::clock sleeps, but a sleeper there cannot be woken before the time is over.
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

}  // namespace berth::controller
