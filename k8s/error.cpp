#include "k8s/error.hpp"

namespace berth::k8s {

void throw_exception_from_error(const error& e, const boost::source_location&) { throw client_error(e); }

const char* name_of(errc code) noexcept {
  switch (code) {
    case errc::ok:
      return "ok";
    case errc::malformed:
      return "malformed";
    case errc::too_large:
      return "too_large";
    case errc::bad_request:
      return "bad_request";
    case errc::unauthorized:
      return "unauthorized";
    case errc::forbidden:
      return "forbidden";
    case errc::not_found:
      return "not_found";
    case errc::conflict:
      return "conflict";
    case errc::already_exists:
      return "already_exists";
    case errc::gone:
      return "gone";
    case errc::too_many_requests:
      return "too_many_requests";
    case errc::server_error:
      return "server_error";
    case errc::unexpected_answer:
      return "unexpected_answer";
    case errc::unreachable:
      return "unreachable";
    case errc::connection_lost:
      return "connection_lost";
    case errc::timed_out:
      return "timed_out";
    case errc::tls_failure:
      return "tls_failure";
  }
  return "unknown";
}

}  // namespace berth::k8s
