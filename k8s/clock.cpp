#include "k8s/clock.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace berth::k8s {

clock::time_point system_clock::now() const { return std::chrono::steady_clock::now(); }

clock::wall_time system_clock::wall() const {
  return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

boost::asio::awaitable<void> system_clock::sleep_until(time_point when) {
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, when);
  co_await timer.async_wait(boost::asio::use_awaitable);
}

}  // namespace berth::k8s
