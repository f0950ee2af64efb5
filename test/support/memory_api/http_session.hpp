#pragma once

#include "test/support/memory_api/request.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <optional>
#include <string>

/// One connection of the in-memory API server: requests in, answers out. Beast stays in the .cpp.
///
/// Broken connections throw boost::system::system_error. Bodies are capped at 3 MiB, as etcd's objects are, headers at
/// 64 KiB.
namespace berth::memory_api {

class http_session {
 public:
  virtual ~http_session() = default;

  /// The next request; nothing where the peer has ended, sent what is no HTTP, or too much (which is answered).
  virtual boost::asio::awaitable<std::optional<request>> read() = 0;
  /// Whether the last request leaves the connection open.
  virtual bool keeps_alive() const = 0;

  virtual boost::asio::awaitable<void> write(answer a) = 0;
  /// The head, and half of the body that it promises.
  virtual boost::asio::awaitable<void> write_half(answer a) = 0;

  /// An answer that goes on: 200, in chunks.
  virtual boost::asio::awaitable<void> begin_stream() = 0;
  virtual boost::asio::awaitable<void> write_chunk(std::string text) = 0;
  virtual boost::asio::awaitable<void> end_stream() = 0;
  /// Returns when the peer has sent something or gone: who only writes does not notice.
  virtual boost::asio::awaitable<void> wait_for_peer() = 0;

  virtual void close() noexcept = 0;
};

std::unique_ptr<http_session> make_http_session(boost::asio::ip::tcp::socket socket);

}  // namespace berth::memory_api
