#pragma once

#include "controller/access/remembered.hpp"
#include "controller/access/trusted.hpp"
#include "k8s/client.hpp"
#include "k8s/clock.hpp"

#include <chrono>
#include <string>

/// Who a request comes from: by a proxy's word, by the client's certificate, or by a bearer token that the API server
/// is asked about (TokenReview). Whoever shows nothing is system:anonymous; what is shown and does not count is
/// refused.
///
/// What the API server says of a token is remembered for a while, its refusals too; that it could not be asked is not.
/// Lives on one strand. Upstream: authenticatorfactory.DelegatingAuthenticatorConfig.
namespace berth::controller {

class authenticator {
 public:
  /// `api` may be null: then tokens say nothing. It and `time` outlive this.
  authenticator(k8s::client* api, k8s::clock& time, std::chrono::nanoseconds token_ttl);

  /// From now on these certificates count.
  void trust(trusted_ptr what) { trusted_ = std::move(what); }

  /// `user`, or `problem` where the request is to be refused with 401.
  k8s::task<identification> identify(const http_request& request);
  /// The API server may have to be asked about it.
  static bool has_token(const http_request& request);

 private:
  k8s::task<identification> identify_by_token(std::string token);

  k8s::client* api_;
  k8s::clock& clock_;
  std::chrono::nanoseconds ttl_;
  trusted_ptr trusted_;
  remembered<identification> tokens_;
};

}  // namespace berth::controller
