#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <string>

namespace berth::controller {

/// Listens at once on "host:port", ":port" (every address) or "[ipv6]:port"; port 0 takes a free one. Throws
/// listen_error when it is malformed or taken.
boost::asio::ip::tcp::acceptor listen_on(const boost::asio::any_io_executor& executor, const std::string& address);

}  // namespace berth::controller
