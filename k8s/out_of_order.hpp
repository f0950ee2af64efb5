#pragma once

#include "k8s/error.hpp"

/// What a failed request says of the server, for all who wait out its outages. Pure.
namespace berth::k8s {

/// Whether the server as a whole, what lies before it, or our credentials are out of order: no fault of what was asked,
/// and all may be well at any moment. A 403 is not among them: it may be about what was asked, and is for the caller to
/// judge.
inline bool out_of_order(errc code) noexcept {
  switch (code) {
    case errc::unauthorized:
    case errc::too_many_requests:
    case errc::server_error:
    case errc::unexpected_answer:
    case errc::unreachable:
    case errc::connection_lost:
    case errc::timed_out:
    case errc::tls_failure:
      return true;
    case errc::ok:
    case errc::malformed:
    case errc::too_large:
    case errc::bad_request:
    case errc::forbidden:
    case errc::not_found:
    case errc::conflict:
    case errc::already_exists:
    case errc::gone:
      return false;
  }
  return false;
}

}  // namespace berth::k8s
