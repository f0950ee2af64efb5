#pragma once

#include "controller/serving/body_ledger.hpp"
#include "controller/serving/http_message.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

/// One connection of an HTTP server, from its first request to its end.
///
/// Requests come one after another. Header and body are bounded in bytes and time; what breaks off, errs or dawdles
/// ends the connection, and none of it is worth a log line. A body that is too large is answered 413, one for which
/// there is no memory left 503, unless a slower one can be given up for it. Runs on the socket's executor; `hang_up`
/// may be called from anywhere.
namespace berth::controller {

struct http_limits {
  std::size_t connections = 64;
  std::uint32_t header_bytes = 16 * 1024;
  std::size_t body_bytes = 0;             ///< of one request; 0: bodies are not read
  std::size_t bodies_bytes = 256U << 20;  ///< of all requests that are being read or answered
  std::chrono::seconds request_time{10};  ///< to send a header, or shake hands; and to take in an answer
  std::chrono::seconds body_time{30};
  std::chrono::seconds idle_time{60};  ///< between two requests
};

/// What all connections of a server share. Outlives them.
struct http_service {
  explicit http_service(http_limits l = {}) : limits(l), bodies(l.bodies_bytes) {}

  http_limits limits;
  std::shared_ptr<boost::asio::ssl::context> tls;  ///< null: plain HTTP
  http_handler answer;
  body_ledger bodies;
  std::atomic<std::size_t> answering{0};
  std::atomic<bool> closing{false};  ///< answers end their connections
};

class http_connection : public std::enable_shared_from_this<http_connection> {
 public:
  http_connection(boost::asio::ip::tcp::socket socket, http_service& service);
  ~http_connection();

  boost::asio::any_io_executor executor() const;
  /// On the executor. Never throws.
  k8s::task<void> serve();
  /// What it waits for: a request, the answer to it, or the peer that is to take the answer in.
  enum class state : std::uint8_t { reading, answering, writing };
  state now() const noexcept { return state_; }
  /// Ends the connection: at once while it waits for the peer, else after the answer.
  void hang_up();

 private:
  struct streams;
  std::unique_ptr<streams> streams_;
  http_service& service_;
  std::shared_ptr<const certificate_chain> certificates_;  ///< what the client showed
  std::atomic<state> state_{state::reading};
  bool hung_up_ = false;  ///< on the executor

  template <class Stream>
  k8s::task<void> converse(Stream& stream);
};

}  // namespace berth::controller
