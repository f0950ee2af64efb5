#pragma once

#include <string>
#include <utility>
#include <vector>

/// Who somebody is and what he may do, as API servers are asked and answer: authentication.k8s.io/v1 TokenReview,
/// authorization.k8s.io/v1 SubjectAccessReview, and what kube-apiserver publishes for servers that ask it.
namespace berth::k8s {

struct user_info {
  std::string name;
  std::string uid;
  std::vector<std::string> groups;
  /// In the order in which they came; a key may stand once.
  std::vector<std::pair<std::string, std::vector<std::string>>> extra;

  bool operator==(const user_info&) const = default;
};

/// What a TokenReview says of a token.
struct token_status {
  bool authenticated = false;
  user_info user;     ///< where it is authenticated
  std::string error;  ///< where the review could not be made
};

/// A path of ours, not a resource of the API.
struct access_question {
  user_info user;
  std::string path;
  std::string verb;  ///< "get": the method in lower case
};

/// What a SubjectAccessReview says.
struct access_status {
  bool allowed = false;
  bool denied = false;
  std::string reason;
};

/// Whom a proxy may speak for, and in which headers it says so.
struct request_header_settings {
  std::string authority;                   ///< PEM; "" : nobody may
  std::vector<std::string> allowed_names;  ///< common names of proxies; none: any that the authority has signed
  std::vector<std::string> username_headers;
  std::vector<std::string> uid_headers;
  std::vector<std::string> group_headers;
  std::vector<std::string> extra_prefixes;

  bool operator==(const request_header_settings&) const = default;
};

/// The ConfigMap kube-system/extension-apiserver-authentication.
struct authentication_settings {
  std::string client_authority;  ///< PEM; "" where the API server has none
  request_header_settings request_header;

  bool operator==(const authentication_settings&) const = default;
};

}  // namespace berth::k8s
