#pragma once

#include "controller/runtime/clock.hpp"

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <map>

/// A clock that is turned by hand, and the loop that runs what it wakes: a whole process lives through hours in an
/// instant.
///
/// One thread. `run` performs all that is ready; `advance` turns the clock from one waking to the next, so that
/// everything happens at its time and in its order.
namespace berth::test {

class fake_time final : public controller::alarm_clock {
 public:
  explicit fake_time(boost::asio::io_context& io) : io_(io) {}

  controller::instant now() const override { return now_; }
  wall_time wall() const override {
    return wall_time(std::chrono::seconds(1'700'000'000)) +
           std::chrono::duration_cast<std::chrono::microseconds>(now_.time_since_epoch());
  }
  void arm(boost::asio::steady_timer& timer, controller::instant when) override {
    timer.expires_at(boost::asio::steady_timer::time_point::max());
    disarm(timer);
    if (when != controller::never) alarms_.emplace(when, &timer);
  }
  void disarm(boost::asio::steady_timer& timer) override {
    std::erase_if(alarms_, [&](const auto& a) { return a.second == &timer; });
  }

  /// Runs what is ready, at the present time.
  void run() {
    io_.restart();
    io_.poll();
  }
  void advance(controller::duration by) { advance_to(now_ + by); }
  void advance_to(controller::instant until) {
    run();
    while (!alarms_.empty() && alarms_.begin()->first <= until) {
      now_ = std::max(now_, alarms_.begin()->first);
      boost::asio::steady_timer* timer = alarms_.begin()->second;
      alarms_.erase(alarms_.begin());
      timer->cancel();
      run();
    }
    now_ = std::max(now_, until);
    run();
  }
  /// Time that something takes while it runs: nobody is woken before it ends.
  void take(controller::duration spent) { now_ += spent; }
  /// Turns to the next alarm; false where there is none.
  bool advance_to_next() {
    if (alarms_.empty()) return false;
    advance_to(std::max(now_, alarms_.begin()->first));
    return true;
  }

 private:
  boost::asio::io_context& io_;
  // Not 0: nothing that is compared with the beginning of time may pass by chance.
  controller::instant now_{std::chrono::hours(100)};
  std::multimap<controller::instant, boost::asio::steady_timer*> alarms_;
};

}  // namespace berth::test
