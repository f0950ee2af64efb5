#pragma once

#include "controller/access/authenticator.hpp"
#include "controller/access/authorizer.hpp"
#include "controller/runtime/log.hpp"
#include "controller/serving/http_message.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <optional>
#include <string>

/// What stands before the answers of a server: finds out who asks and whether that is allowed. If so, the request is
/// answered; if not, it gets 401 or 403, or 500 where the API server could not be asked.
///
/// Decides on a strand of its own, so that a review that takes its time holds up nothing but the request that it is
/// for. At most `max_reviews` requests about which the API server may have to be asked are under way at once; further
/// ones are answered 503. So requests that wait never take all connections: health, which nobody is asked about, is
/// always answered.
namespace berth::controller {

class access_guard {
 public:
  static constexpr std::size_t max_reviews = 16;

  /// What is given outlives this; `io` runs in the I/O threads. Both clients may be null.
  access_guard(boost::asio::any_io_executor io, k8s::clock& time, controller::log& log, k8s::client* tokens,
               std::chrono::nanoseconds token_ttl, k8s::client* access, authorizer_settings settings,
               http_handler next);

  /// On any executor.
  k8s::task<http_answer> answer(http_request request);
  /// From anywhere: from now on these certificates count.
  void trust(trusted_ptr what);

 private:
  /// Nothing where the request is let through. On the guard's strand.
  k8s::task<std::optional<http_answer>> refuse(const http_request& request);
  k8s::task<std::optional<http_answer>> review(const http_request& request, const std::string& path);
  void report(const char* what, const std::string& problem);

  boost::asio::any_io_executor strand_;
  k8s::clock& clock_;
  controller::log& log_;
  authenticator authenticator_;
  authorizer authorizer_;
  http_handler next_;
  std::size_t under_way_ = 0;
  std::optional<k8s::clock::time_point> reported_;
};

}  // namespace berth::controller
