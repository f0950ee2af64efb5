#pragma once

#include "k8s/client.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <deque>
#include <utility>

/// Work handed to a fixed number of lanes (coroutines that take one job after another): so many requests are in flight
/// at once, and no coroutine is made per pod.
///
/// On one strand. Not bounded by itself: who puts looks at `size() + busy()` first.
namespace berth::controller {

template <class Job>
class job_list {
 public:
  explicit job_list(boost::asio::any_io_executor strand) : strand_(std::move(strand)) {}

  void put(Job job) {
    jobs_.push_back(std::move(job));
    if (!idle_.empty()) {
      idle_.front()->cancel();
      idle_.pop_front();
    }
  }

  /// The next job; waits for one. The lane counts as busy until it asks again.
  k8s::task<Job> take() {
    while (jobs_.empty()) {
      boost::asio::steady_timer asleep(strand_, boost::asio::steady_timer::time_point::max());
      idle_.push_back(&asleep);
      // However the wait ends, the entry is gone before the timer is.
      struct leave {
        std::deque<boost::asio::steady_timer*>& from;
        boost::asio::steady_timer* what;
        ~leave() { std::erase(from, what); }
      } guard{idle_, &asleep};
      // Where the lane was cancelled, the next round throws.
      co_await asleep.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    }
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    co_return job;
  }

  std::size_t size() const noexcept { return jobs_.size(); }

 private:
  boost::asio::any_io_executor strand_;
  std::deque<Job> jobs_;
  std::deque<boost::asio::steady_timer*> idle_;
};

}  // namespace berth::controller
