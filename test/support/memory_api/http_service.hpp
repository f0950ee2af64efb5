#pragma once

#include "test/support/memory_api/fault.hpp"
#include "test/support/memory_api/request.hpp"
#include "test/support/memory_api/store.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

/// Where the in-memory API server listens: connections, the streaming of watches, and what goes wrong with them on
/// purpose.
///
/// Everything runs on one io_context with one thread; `handle` answers what is not a matter of the connection.
namespace berth::memory_api {

class http_service {
 public:
  struct settings {
    const store& objects;
    faults& wrong;
    std::function<answer(const request&)> handle;
    std::function<k8s::timestamp()> now;
    std::chrono::milliseconds bookmark_every;
  };

  http_service(boost::asio::io_context& context, settings with);
  ~http_service();

  /// Throws boost::system::system_error where the address cannot be had.
  void listen(const boost::asio::ip::tcp::endpoint& at);
  /// Connections are refused from now on, and those there are closed.
  void stop_listening();
  void close_connections();
  std::uint16_t port() const;

  /// To be called after every change of the store.
  void wake_watches();

  /// The last 10,000.
  const std::deque<std::string>& requests() const noexcept { return requests_; }
  std::size_t open_watches() const;

 private:
  struct connection;
  void spawn(boost::asio::awaitable<void> task);
  boost::asio::awaitable<void> accept();
  boost::asio::awaitable<void> serve(std::shared_ptr<connection> c);
  boost::asio::awaitable<void> serve_requests(std::shared_ptr<connection> c);
  boost::asio::awaitable<void> stream(std::shared_ptr<connection> c, watch w, std::string target);
  boost::asio::awaitable<bool> send_lines(std::shared_ptr<connection> c, std::vector<std::string> lines,
                                          std::string target);
  boost::asio::awaitable<void> close_when_peer_leaves(std::shared_ptr<connection> c);
  void remember(const request& r);

  boost::asio::io_context& context_;
  settings with_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::set<std::shared_ptr<connection>> connections_;
  std::deque<std::string> requests_;
};

}  // namespace berth::memory_api
