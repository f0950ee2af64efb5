#pragma once

#include "controller/access/remembered.hpp"
#include "k8s/api/review.hpp"
#include "k8s/client.hpp"
#include "k8s/clock.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

/// Whether somebody may ask for a path: members of system:masters all, everybody what is always allowed, and anything
/// else as the API server says (SubjectAccessReview), which is remembered for a while.
///
/// Lives on one strand. Upstream: DelegatingAuthorizationOptions, plugin/pkg/authorizer/webhook.
namespace berth::controller {

struct authorizer_settings {
  std::vector<std::string> always_allow_paths;  ///< "/healthz"; with a "*" at the end whatever begins so
  std::chrono::nanoseconds authorized_ttl{0};
  std::chrono::nanoseconds unauthorized_ttl{0};
};

struct authorization {
  bool allowed = false;
  std::string reason;   ///< the API server's, where it does not allow it
  std::string problem;  ///< why the API server could not be asked
};

class authorizer {
 public:
  /// `api` may be null: then nothing is allowed but what always is. It and `time` outlive this.
  authorizer(k8s::client* api, k8s::clock& time, authorizer_settings settings);

  k8s::task<authorization> authorize(k8s::access_question question);
  /// To everybody.
  bool always_allowed(std::string_view path) const;

 private:
  k8s::client* api_;
  k8s::clock& clock_;
  authorizer_settings settings_;
  remembered<authorization> answers_;
};

}  // namespace berth::controller
