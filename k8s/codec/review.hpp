#pragma once

#include "k8s/api/review.hpp"
#include "k8s/error.hpp"

#include <string>
#include <string_view>

/// Reviews in JSON: what is sent, and what came back. Errors: malformed, with what is wrong.
namespace berth::k8s {

/// POST /apis/authentication.k8s.io/v1/tokenreviews
std::string encode_token_review(std::string_view token);
result<token_status> decode_token_review(std::string_view json);

/// POST /apis/authorization.k8s.io/v1/subjectaccessreviews
std::string encode_access_review(const access_question& question);
result<access_status> decode_access_review(std::string_view json);

/// GET /api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication. Lists of names are JSON in strings
/// there. What is absent is empty.
result<authentication_settings> decode_authentication_settings(std::string_view json);

}  // namespace berth::k8s
