#include "k8s/api/status.hpp"

#include "k8s/text/utf8.hpp"

#include <fmt/format.h>

namespace berth::k8s {

errc errc_of_http(int status) noexcept {
  switch (status) {
    case 401:
      return errc::unauthorized;
    case 403:
      return errc::forbidden;
    case 404:
      return errc::not_found;
    case 409:
      return errc::conflict;
    case 410:
      return errc::gone;
    case 413:
      return errc::too_large;
    case 429:
      return errc::too_many_requests;
    default:
      break;
  }
  if (status >= 200 && status < 300) return errc::ok;
  if (status >= 400 && status < 500) return errc::bad_request;
  return status >= 500 && status < 600 ? errc::server_error : errc::unexpected_answer;
}

errc errc_of(const api_status& status) noexcept {
  if (status.reason == "AlreadyExists") return errc::already_exists;
  if (status.reason == "Expired" || status.reason == "Gone") return errc::gone;
  // An ERROR event may come with code 0 or 200 around a reason; a Status is never good news where an object was asked
  // for.
  const errc by_code = errc_of_http(status.code);
  return by_code == errc::ok || by_code == errc::unexpected_answer ? errc::server_error : by_code;
}

error to_error(const api_status& status, std::string_view doing) {
  const std::string reason = status.reason.empty() ? "no reason given" : excerpt(status.reason, 64);
  return {errc_of(status), fmt::format("{}: {}: {}", doing, reason, excerpt(status.message, 2048)), status.code,
          status.retry_after_seconds};
}

}  // namespace berth::k8s
