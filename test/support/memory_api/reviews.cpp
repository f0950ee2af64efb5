#include "test/support/memory_api/reviews.hpp"

namespace berth::memory_api {

namespace {
constexpr std::string_view of_access = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
constexpr std::string_view of_tokens = "/apis/authentication.k8s.io/v1/tokenreviews";
}  // namespace

bool is_review(std::string_view path) { return path == of_access || path == of_tokens; }

json reviewed(std::string_view path, json review) {
  review["status"] = path == of_access ? json::object{{"allowed", true}} : json::object{{"user", json::object{}}};
  return review;
}

}  // namespace berth::memory_api
