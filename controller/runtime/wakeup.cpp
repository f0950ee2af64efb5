#include "controller/runtime/wakeup.hpp"

#include "k8s/wait_for_bell.hpp"

#include <boost/asio/this_coro.hpp>

namespace berth::controller {

void wakeup::notify() {
  notified_ = true;
  timer_.cancel();
}

k8s::task<void> wakeup::wait_until(instant when) {
  if (!notified_ && when > clock_.now()) {
    clock_.arm(timer_, when);
    struct armed {
      ~armed() { of.clock_.disarm(of.timer_); }
      wakeup& of;
    } const here{*this};
    co_await k8s::wait_for(timer_);
  }
  notified_ = false;
}

boost::asio::awaitable<void> alarm_clock::sleep_until(instant when) {
  wakeup bed(co_await boost::asio::this_coro::executor, *this);
  co_await bed.wait_until(when);
}

}  // namespace berth::controller
