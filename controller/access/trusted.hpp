#pragma once

#include "controller/serving/client_certificate.hpp"
#include "controller/serving/http_message.hpp"
#include "k8s/api/review.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

/// Whose certificates count, and who a request comes from by its certificate.
namespace berth::controller {

/// Immutable once made: a change makes another.
struct trusted {
  std::shared_ptr<const client_authorities> clients;  ///< null: a client's own certificate says nothing
  std::shared_ptr<const client_authorities> proxies;  ///< null: nobody may speak for others
  /// Names and headers of proxies, in lower case; the authority in here is not used.
  k8s::request_header_settings request_header;
};
using trusted_ptr = std::shared_ptr<const trusted>;

/// Nothing, and no problem: the request says nothing about who it is from.
struct identification {
  std::optional<k8s::user_info> user;
  std::string problem;  ///< what was shown and does not count, in one line
};

/// First by the headers of a proxy that we trust, then by the client's own certificate: its common name is the user,
/// its organizations the groups. Pure. Upstream: request/headerrequest, request/x509.
identification identify_by_certificate(const http_request& request, const trusted& trust,
                                       std::chrono::system_clock::time_point now);

}  // namespace berth::controller
