#include "k8s/watch/server_return.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace berth::k8s {

namespace asio = boost::asio;

server_return::server_return(asio::any_io_executor strand)
    : told_(std::move(strand), asio::steady_timer::time_point::max()) {}

task<void> server_return::wait() {
  co_await told_.async_wait(asio::as_tuple(asio::use_awaitable));
  // The wait ends alike when told and when cancelled.
  const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none)
    throw boost::system::system_error(asio::error::operation_aborted);
}

}  // namespace berth::k8s
