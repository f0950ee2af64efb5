#pragma once

#include "controller/task_group.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

/// A small HTTP server for probes and metrics: GET and HEAD, plain text, everything bounded.
///
/// On the strand given, which also runs the handler; so the handler may look at whatever lives there, and must not take
/// long. At most 64 connections, 16 KiB of header, no body, 10 s to send a request and 60 s between two.
namespace berth::controller {

struct http_answer {
  unsigned status = 200;
  std::string body;
  std::string content_type = "text/plain; charset=utf-8";
};

class http_server {
 public:
  /// `target` is the path with its query.
  using handler = std::function<http_answer(std::string_view target)>;

  /// Listens at once on "host:port", ":port" (every address) or "[ipv6]:port"; port 0 takes a free one. Throws
  /// std::runtime_error naming the address when it is malformed or taken.
  http_server(boost::asio::any_io_executor strand, const std::string& address, handler answer);
  ~http_server();

  std::uint16_t port() const;
  /// Serves until cancelled. Connections become members of `group`, so that whoever joins it waits for them too; this
  /// outlives it.
  k8s::task<void> run(task_group& group);

 private:
  struct listener;
  std::unique_ptr<listener> listener_;
};

}  // namespace berth::controller
