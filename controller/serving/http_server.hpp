#pragma once

#include "controller/runtime/task_group.hpp"
#include "controller/serving/http_connection.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

/// A small HTTP/1.1 server, plain or TLS, everything bounded (http_limits).
///
/// Accepts on the strand given. For probes and metrics: GET and HEAD without bodies, and the handler runs on that
/// strand too, so that it may look at whatever lives there; it must not take long. For webhooks: any method, bodies,
/// connections on strands of their own, and a handler that is a coroutine there.
///
/// When there are too many connections, or no file can be opened for another, the one on which a request is awaited or
/// read for the longest makes room, or else the oldest that does not take in its answer: so a crowd that says nothing,
/// or says it slowly, or never reads, keeps nobody out. At most an eighth of the files that the process may open are
/// for peers.
namespace berth::controller {

class http_server {
 public:
  /// `target` is the path with its query.
  using handler = std::function<http_answer(std::string_view target)>;

  /// Both listen at once; addresses and errors as listen_on has them.
  http_server(boost::asio::any_io_executor strand, const std::string& address, handler answer);
  /// `connections` is where connections get their strands: an executor of the I/O threads. `tls` may be null.
  http_server(boost::asio::any_io_executor strand, boost::asio::any_io_executor connections, const std::string& address,
              http_limits limits, std::shared_ptr<boost::asio::ssl::context> tls, http_handler answer);
  ~http_server();

  std::uint16_t port() const;
  /// Serves until cancelled. Connections become members of `group`, so that whoever joins it waits for them too; this
  /// outlives it.
  k8s::task<void> run(task_group& group);

  /// On the strand: no connection is accepted any more, and those there end with the answer that they wait for.
  void close();
  /// Requests that are being answered.
  std::size_t answering() const noexcept;
  /// From now on the certificates of `tls` are shown to new connections.
  void renew(std::shared_ptr<boost::asio::ssl::context> tls);

 private:
  struct listener;
  std::unique_ptr<listener> listener_;
};

}  // namespace berth::controller
