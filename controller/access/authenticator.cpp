#include "controller/access/authenticator.hpp"

#include "controller/access/review.hpp"
#include "k8s/codec/review.hpp"
#include "k8s/text/ascii.hpp"

#include <string_view>

namespace berth::controller {

namespace {

constexpr std::size_t max_tokens = 1024;
constexpr std::size_t max_token_bytes = std::size_t{4} << 20;
constexpr const char* reviews = "/apis/authentication.k8s.io/v1/tokenreviews";

/// "Bearer TOKEN", in any case; "" where the header is absent or says something else.
std::string bearer_token(const http_request& request) {
  constexpr std::string_view scheme = "bearer ";
  for (const auto& [name, value] : request.headers) {
    if (name != "authorization") continue;
    const std::string_view text = value;
    if (text.size() <= scheme.size() || k8s::to_lower(std::string(text.substr(0, scheme.size()))) != scheme) return "";
    const std::string_view token = text.substr(scheme.size());
    return std::string(token.substr(0, token.find(' ')));
  }
  return "";
}

k8s::user_info anonymous() { return {"system:anonymous", "", {"system:unauthenticated"}, {}}; }

void add_authenticated_group(k8s::user_info& user) {
  for (const std::string& group : user.groups)
    if (group == "system:authenticated" || group == "system:unauthenticated") return;
  user.groups.push_back("system:authenticated");
}

}  // namespace

authenticator::authenticator(k8s::client* api, k8s::clock& time, std::chrono::nanoseconds token_ttl)
    : api_(api),
      clock_(time),
      ttl_(token_ttl),
      trusted_(std::make_shared<const trusted>()),
      tokens_(max_tokens, max_token_bytes) {}

bool authenticator::has_token(const http_request& request) { return !bearer_token(request).empty(); }

k8s::task<identification> authenticator::identify(const http_request& request) {
  identification who = identify_by_certificate(request, *trusted_, clock_.wall());
  if (!who.user && api_ != nullptr) {
    std::string token = bearer_token(request);
    if (!token.empty()) {
      identification by_token = co_await identify_by_token(std::move(token));
      if (by_token.user) {
        who = std::move(by_token);
      } else {
        who.problem += (who.problem.empty() ? "" : "; ") + by_token.problem;
      }
    }
  }
  if (who.user) {
    who.problem.clear();
    add_authenticated_group(*who.user);
  } else if (who.problem.empty()) {
    who.user = anonymous();
  }
  co_return who;
}

k8s::task<identification> authenticator::identify_by_token(std::string token) {
  if (const identification* known = tokens_.find(token, clock_.now())) co_return *known;
  std::string body = k8s::encode_token_review(token);
  const k8s::result<std::string> answer = co_await ask_for_review(*api_, reviews, std::move(body));
  identification out;
  if (!answer) {
    out.problem = "cannot ask about the token: " + answer.error().detail;
    co_return out;
  }
  const k8s::result<k8s::token_status> status = k8s::decode_token_review(*answer);
  if (!status || !status->error.empty()) {
    out.problem = "cannot ask about the token: " + (status ? status->error : status.error().detail);
    co_return out;
  }
  if (status->authenticated)
    out.user = status->user;
  else
    out.problem = "invalid bearer token";
  tokens_.keep(token, out, clock_.now(), ttl_);
  co_return out;
}

}  // namespace berth::controller
