#pragma once

#include "k8s/client.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

/// Asks on another executor, and waits for the answer no longer than `patience`. Nothing: it did not come in time, or
/// the question threw. The question is not cancelled then: it runs when the executor comes to it, so it must refer to
/// nothing that may be gone by that time.
namespace berth::controller {

template <class T>
k8s::task<std::optional<T>> ask_within(boost::asio::any_io_executor there, k8s::task<T> question,
                                       std::chrono::milliseconds patience) {
  namespace asio = boost::asio;
  const asio::any_io_executor here = co_await asio::this_coro::executor;
  struct waiting {
    explicit waiting(const asio::any_io_executor& e) : over(e) {}
    asio::steady_timer over;
    std::optional<T> answer;
    bool ended = false;
  };
  const auto state = std::make_shared<waiting>(here);
  state->over.expires_after(patience);
  auto came = [state, here](std::exception_ptr problem, T value) {
    auto take = [state, problem, value = std::move(value)]() mutable {
      if (!problem) state->answer = std::move(value);
      state->ended = true;
      state->over.cancel();
    };
    asio::post(here, std::move(take));
  };
  asio::co_spawn(there, std::move(question), std::move(came));
  if (!state->ended) co_await state->over.async_wait(asio::as_tuple(asio::use_awaitable));
  co_return std::move(state->answer);
}

}  // namespace berth::controller
