#pragma once

#include "k8s/client.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

/// A timer as a bell: whoever cancels it, or its time, ends all waits for it.
namespace berth::k8s {

/// Returns when the bell rings. Where the coroutine itself was cancelled, which ends the wait in the same way, it
/// throws operation_aborted. On the bell's executor.
inline task<void> wait_for(boost::asio::steady_timer& bell) {
  co_await bell.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  const boost::asio::cancellation_state state = co_await boost::asio::this_coro::cancellation_state;
  if (state.cancelled() != boost::asio::cancellation_type::none)
    throw boost::system::system_error(boost::asio::error::operation_aborted);
}

}  // namespace berth::k8s
