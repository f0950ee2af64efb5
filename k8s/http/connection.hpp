#pragma once

#include "k8s/client.hpp"
#include "k8s/clock.hpp"
#include "k8s/config/kubeconfig.hpp"
#include "k8s/http/tls.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// One connection to an API server: TCP or TLS, directly or through a proxy's CONNECT, with one deadline at a time.
///
/// Everything but the constructor and the destructor is called on the strand it was made with; no two calls at once.
/// A dead peer is noticed after 30 s (TCP_USER_TIMEOUT, keepalive). Cancelling a call throws operation_aborted and
/// leaves the connection good for nothing. A name is looked up anew for each connection; its addresses are tried in
/// order, each with a share of the time. (A name server that does not answer is waited for as long as resolv.conf
/// says.)
namespace berth::k8s {

struct endpoint {
  server_url server;
  std::string tls_name;  ///< what the certificate must be for
  std::optional<server_url> proxy;
};

class connection {
 public:
  explicit connection(boost::asio::any_io_executor strand);
  ~connection();
  connection(connection&&) = delete;

  /// unreachable (nothing was sent), tls_failure. `tls` is null for http.
  task<result<void>> open(endpoint where, std::shared_ptr<tls_context> tls, clock::time_point deadline);

  /// unreachable where nothing was sent, else connection_lost, timed_out; tls_failure where our certificate was
  /// refused, before anything was read.
  task<result<void>> write(std::string_view bytes);
  /// 0 where the peer ended the stream.
  task<result<std::size_t>> read_some(std::span<char> into);

  /// From now on, whatever is under way ends with timed_out at that time. Costs no timer unless it is earlier than
  /// before.
  void expires_at(clock::time_point deadline);
  /// What is under way ends with connection_lost and `why`.
  void close(std::string why);

  /// While nothing is under way: whether the peer has neither closed nor sent anything.
  bool quiet() const;

  const boost::asio::any_io_executor& strand() const noexcept { return strand_; }

 private:
  struct state;
  boost::asio::any_io_executor strand_;
  std::shared_ptr<state> state_;
};

}  // namespace berth::k8s
