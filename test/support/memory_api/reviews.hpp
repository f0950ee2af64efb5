#pragma once

#include "test/support/memory_api/json.hpp"

#include <string_view>

/// TokenReview and SubjectAccessReview, which are answered and not kept: as an API server without authorization answers
/// them (AlwaysAllow), and that knows no token. A fault answers otherwise.
namespace berth::memory_api {

bool is_review(std::string_view path);
/// The review with its status. `path` is a review's.
json reviewed(std::string_view path, json review);

}  // namespace berth::memory_api
