#pragma once

#include "k8s/client.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <memory>
#include <utility>

/// Runs a coroutine on another executor (a strand, or an io_context of one thread) and resumes on the caller's; a
/// cancellation of the caller reaches it there.
///
/// In place of `co_spawn(where, work, use_awaitable)`, whose way of passing a cancellation on is unsafe between strands
/// in Boost 1.81: it posts a pointer into the caller's frame, and where the work ends at that moment, the caller has
/// gone on and the frame's slot is freed when the post runs (impl/co_spawn.hpp, co_spawn_cancellation_handler). Here
/// the signal is shared with what is posted.
namespace berth::k8s {

/// See below. `Values`: T, or nothing for void.
template <class T, class... Values>
task<T> run_somewhere(boost::asio::any_io_executor where, task<T> work) {
  namespace asio = boost::asio;
  auto start = [](auto handler, asio::any_io_executor there, task<T> what) {
    const auto signal = std::make_shared<asio::cancellation_signal>();
    if (auto slot = asio::get_associated_cancellation_slot(handler); slot.is_connected()) {
      slot.assign(
          [signal, there](asio::cancellation_type type) { asio::post(there, [signal, type] { signal->emit(type); }); });
    }
    auto here = asio::get_associated_executor(handler);
    auto ended = [handler = std::move(handler), signal](std::exception_ptr problem, Values... value) mutable {
      std::move(handler)(problem, std::move(value)...);
    };
    asio::co_spawn(there, std::move(what),
                   asio::bind_cancellation_slot(signal->slot(), asio::bind_executor(here, std::move(ended))));
  };
  return asio::async_initiate<const asio::use_awaitable_t<>, void(std::exception_ptr, Values...)>(
      std::move(start), asio::use_awaitable, std::move(where), std::move(work));
}

template <class T>
task<T> run_on(boost::asio::any_io_executor where, task<T> work) {
  return run_somewhere<T, T>(std::move(where), std::move(work));
}
inline task<void> run_on(boost::asio::any_io_executor where, task<void> work) {
  return run_somewhere<void>(std::move(where), std::move(work));
}

}  // namespace berth::k8s
