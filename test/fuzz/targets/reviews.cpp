#include "k8s/codec/review.hpp"
#include "test/fuzz/fuzz.hpp"

/// What the API server says of who may ask us, and how the cluster has it set up.
namespace berth::fuzz {

void reviews(std::string_view bytes) {
  const auto token = k8s::decode_token_review(bytes);
  if (!token) check(token.error());
  if (token && !token->authenticated) promise(token->user.name.empty(), "who is not known has no name");
  if (const auto access = k8s::decode_access_review(bytes); !access) check(access.error());
  if (const auto settings = k8s::decode_authentication_settings(bytes); !settings) check(settings.error());

  k8s::access_question question;
  question.path = bytes;
  question.verb = "get";
  question.user.name = bytes;
  question.user.groups = {std::string(bytes)};
  const std::string asked = k8s::encode_access_review(question);
  promise(k8s::decode_access_review(asked).has_error(), "a question is no answer");
  promise(is_one_line(asked) && is_one_line(k8s::encode_token_review(bytes)), "a question is one line");
}

}  // namespace berth::fuzz
