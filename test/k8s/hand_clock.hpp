#pragma once

#include "k8s/clock.hpp"
#include "k8s/wait_for_bell.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

/// A clock that is turned by hand; what sleeps on it wakes in order. One thread.
namespace berth::test {

class hand_clock final : public k8s::clock {
 public:
  explicit hand_clock(boost::asio::io_context& io) : io_(io) {}

  time_point now() const override { return now_; }
  wall_time wall() const override {
    return wall_time(std::chrono::seconds(1'700'000'000)) +
           std::chrono::duration_cast<std::chrono::microseconds>(now_.time_since_epoch());
  }
  boost::asio::awaitable<void> sleep_until(time_point when) override {
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor,
                                    boost::asio::steady_timer::time_point::max());
    struct entry {
      entry(std::shared_ptr<sleepers> a, time_point t, boost::asio::steady_timer& w)
          : all(std::move(a)), at(all->emplace(t, &w)) {}
      ~entry() { all->erase(at); }
      std::shared_ptr<sleepers> all;
      sleepers::iterator at;
    } const mine(sleepers_, when, timer);
    while (now_ < when) co_await k8s::wait_for(timer);
  }

  /// Runs what is ready, at the present time.
  void settle() {
    io_.restart();
    io_.poll();
  }
  /// Turns the clock, from one waking to the next.
  void advance(duration by) {
    const auto end = now_ + by;
    settle();
    for (auto first = sleepers_->begin(); first != sleepers_->end() && first->first <= end;
         first = sleepers_->begin()) {
      now_ = std::max(now_, first->first);
      first->second->cancel();
      settle();
    }
    now_ = end;
    settle();
  }
  std::size_t sleeping() const { return sleepers_->size(); }

 private:
  using sleepers = std::multimap<time_point, boost::asio::steady_timer*>;

  boost::asio::io_context& io_;
  time_point now_{std::chrono::hours(100)};
  std::shared_ptr<sleepers> sleepers_ = std::make_shared<sleepers>();  ///< shared with frames that outlive the clock
};

}  // namespace berth::test
