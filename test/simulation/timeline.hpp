#pragma once

#include "controller/runtime/clock.hpp"

#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <unordered_map>
#include <utility>

/// The time of a simulated cluster: what happens next, and the clocks that its processes read.
///
/// Time stands still while something happens, and then goes on to the next event at once. Events of one moment happen
/// in the order in which they were asked for, so that a run is the same each time. One thread.
namespace berth::simulation {

using controller::duration;
using controller::instant;

class timeline {
 public:
  using ticket = std::pair<instant, std::uint64_t>;

  instant now() const noexcept { return now_; }
  duration since_start() const noexcept { return now_ - start(); }
  /// Not 0: nothing that is compared with the beginning of time may pass by chance.
  static instant start() noexcept { return instant(std::chrono::hours(100)); }

  ticket at(instant when, std::function<void()> what) {
    const ticket mine{std::max(when, now_), ++asked_};
    events_.emplace(mine, std::move(what));
    return mine;
  }
  ticket in(duration how_long, std::function<void()> what) { return at(now_ + how_long, std::move(what)); }
  void cancel(const ticket& which) { events_.erase(which); }

  /// The next event, where it happens by `until`; false where there is none, and then it is `until`.
  bool run_next(instant until) {
    if (events_.empty() || events_.begin()->first.first > until) {
      now_ = std::max(now_, until);
      return false;
    }
    const auto next = events_.extract(events_.begin());
    now_ = next.key().first;
    next.mapped()();
    return true;
  }

 private:
  instant now_ = start();
  std::uint64_t asked_ = 0;
  std::map<ticket, std::function<void()>> events_;
};

/// The clock of one process. Its wall clock may be set to another time; what it measures with does not jump.
class turned_clock final : public controller::alarm_clock {
 public:
  explicit turned_clock(timeline& time) : time_(time) {}
  ~turned_clock() override {
    for (const auto& [timer, alarm] : armed_) time_.cancel(alarm);
  }

  instant now() const override { return time_.now(); }
  wall_time wall() const override {
    return wall_time(std::chrono::seconds(1'700'000'000)) +
           std::chrono::duration_cast<std::chrono::microseconds>(now().time_since_epoch() + ahead_);
  }
  void set_wall_ahead(duration by) { ahead_ = by; }

  void arm(boost::asio::steady_timer& timer, instant when) override {
    disarm(timer);
    timer.expires_at(boost::asio::steady_timer::time_point::max());
    if (when == controller::never) return;
    armed_[&timer] = time_.at(when, [this, &timer] {
      armed_.erase(&timer);
      timer.cancel();
    });
  }
  void disarm(boost::asio::steady_timer& timer) override {
    const auto there = armed_.find(&timer);
    if (there == armed_.end()) return;
    time_.cancel(there->second);
    armed_.erase(there);
  }
  /// How many wait for it.
  std::size_t armed() const noexcept { return armed_.size(); }

 private:
  timeline& time_;
  duration ahead_{0};
  std::unordered_map<boost::asio::steady_timer*, timeline::ticket> armed_;
};

}  // namespace berth::simulation
