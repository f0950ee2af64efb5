#pragma once

#include "controller/runtime/clock.hpp"
#include "k8s/client.hpp"

#include <boost/asio/any_io_executor.hpp>

/// How a loop sleeps: until a time, or until somebody notifies it.
///
/// One waiter, on one strand; `notify` is called on that strand. A notification that finds nobody waiting is kept, so
/// that none is lost between looking and sleeping.
namespace berth::controller {

class wakeup {
 public:
  wakeup(boost::asio::any_io_executor strand, alarm_clock& time) : clock_(time), timer_(std::move(strand)) {}
  ~wakeup() { clock_.disarm(timer_); }
  wakeup(const wakeup&) = delete;
  wakeup& operator=(const wakeup&) = delete;

  void notify();
  /// Returns when notified or at `when`; `never` waits for a notification alone. Cancelled, it throws
  /// operation_aborted.
  k8s::task<void> wait_until(instant when);

 private:
  alarm_clock& clock_;
  boost::asio::steady_timer timer_;
  bool notified_ = false;
};

}  // namespace berth::controller
