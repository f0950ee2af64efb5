#pragma once

#include "k8s/client.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/multiple_exceptions.hpp>

#include <exception>
#include <type_traits>
#include <utility>
#include <variant>

/// Whichever of two coroutines returns first: a watch or the reason to give it up, a pause or the bell that ends it.
///
///   const auto end = co_await first_of(api.watch(...), time.sleep_for(1min));   // a variant of what either returns
///
/// On the caller's executor; owns nothing.
namespace berth::k8s {

template <class T>
using or_nothing = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

/// Both at once, until one of them returns; the other is cancelled, and has ended when this returns. Throws what the
/// first threw where both throw, as when it is cancelled itself. A result without a value is std::monostate.
template <class First, class Second>
task<std::variant<or_nothing<First>, or_nothing<Second>>> first_of(task<First> first, task<Second> second) {
  using namespace boost::asio::experimental::awaitable_operators;
  try {
    co_return co_await (std::move(first) || std::move(second));
  } catch (const boost::asio::multiple_exceptions& all) {
    std::rethrow_exception(all.first_exception());
  }
}

}  // namespace berth::k8s
