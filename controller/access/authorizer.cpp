#include "controller/access/authorizer.hpp"

#include "controller/access/review.hpp"
#include "k8s/codec/review.hpp"

#include <algorithm>

namespace berth::controller {

namespace {

constexpr std::size_t max_answers = 4096;
constexpr std::size_t max_question_bytes = std::size_t{4} << 20;
constexpr const char* reviews = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
constexpr const char* privileged_group = "system:masters";

std::string_view without_slash(std::string_view path) { return path.starts_with('/') ? path.substr(1) : path; }

}  // namespace

authorizer::authorizer(k8s::client* api, k8s::clock& time, authorizer_settings settings)
    : api_(api), clock_(time), settings_(std::move(settings)), answers_(max_answers, max_question_bytes) {}

bool authorizer::always_allowed(std::string_view path) const {
  return std::any_of(settings_.always_allow_paths.begin(), settings_.always_allow_paths.end(),
                     [&](std::string_view allowed) {
                       if (!allowed.ends_with('*')) return without_slash(allowed) == without_slash(path);
                       allowed.remove_suffix(1);
                       return without_slash(path).starts_with(without_slash(allowed));
                     });
}

k8s::task<authorization> authorizer::authorize(k8s::access_question question) {
  const std::vector<std::string>& groups = question.user.groups;
  authorization out;
  out.allowed =
      std::find(groups.begin(), groups.end(), privileged_group) != groups.end() || always_allowed(question.path);
  if (out.allowed || api_ == nullptr) co_return out;

  const std::string asked = k8s::encode_access_review(question);
  if (const authorization* known = answers_.find(asked, clock_.now())) co_return *known;
  const k8s::result<std::string> answer = co_await ask_for_review(*api_, reviews, asked);
  if (!answer) {
    out.problem = answer.error().detail;
    co_return out;
  }
  const k8s::result<k8s::access_status> status = k8s::decode_access_review(*answer);
  if (!status) {
    out.problem = status.error().detail;
    co_return out;
  }
  out.allowed = status->allowed && !status->denied;
  out.reason = status->reason;
  answers_.keep(asked, out, clock_.now(), out.allowed ? settings_.authorized_ttl : settings_.unauthorized_ttl);
  co_return out;
}

}  // namespace berth::controller
