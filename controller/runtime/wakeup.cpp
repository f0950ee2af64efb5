#include "controller/runtime/wakeup.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace berth::controller {

namespace asio = boost::asio;

void wakeup::notify() {
  notified_ = true;
  timer_.cancel();
}

k8s::task<void> wakeup::wait_until(instant when) {
  if (!notified_ && when > clock_.now()) {
    clock_.arm(timer_, when);
    co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    clock_.disarm(timer_);
    // The wait ends alike when notified and when cancelled.
    const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none)
      throw boost::system::system_error(asio::error::operation_aborted);
  }
  notified_ = false;
}

boost::asio::awaitable<void> alarm_clock::sleep_until(instant when) {
  wakeup bed(co_await asio::this_coro::executor, *this);
  co_await bed.wait_until(when);
}

}  // namespace berth::controller
