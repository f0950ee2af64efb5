#include "k8s/retry.hpp"

#include <doctest/doctest.h>

using namespace berth::k8s;
using namespace std::chrono_literals;

namespace {

error answered(int status, int retry_after_seconds) { return {errc::server_error, "", status, retry_after_seconds}; }

}  // namespace

TEST_CASE("retry: 429 and every 5xx are sent again when the server says when, whatever the method") {
  for (const int status : {429, 500, 502, 503, 504, 599}) {
    CHECK(retry_after(answered(status, 3), false, 0) == 3s);
    CHECK(retry_after(answered(status, 0), true, 0) == 0s);
    CHECK_FALSE(retry_after(answered(status, -1), true, 0));
  }
}

TEST_CASE("retry: other answers are final, even with Retry-After") {
  for (const int status : {400, 401, 403, 404, 409, 410, 422}) CHECK_FALSE(retry_after(answered(status, 1), true, 0));
}

TEST_CASE("retry: a broken connection is tried again for GET only") {
  CHECK(retry_after({errc::connection_lost, ""}, true, 0) == 1s);
  CHECK_FALSE(retry_after({errc::connection_lost, ""}, false, 0));
  CHECK_FALSE(retry_after({errc::timed_out, ""}, true, 0));
  CHECK_FALSE(retry_after({errc::unreachable, ""}, true, 0));
}

TEST_CASE("retry: ten times, then no more") {
  CHECK(retry_after(answered(503, 1), true, 9) == 1s);
  CHECK_FALSE(retry_after(answered(503, 1), true, 10));
}

TEST_CASE("retry: a server that asks for more than a minute is not waited for") {
  CHECK(retry_after(answered(503, 60), true, 0) == 60s);
  CHECK_FALSE(retry_after(answered(503, 61), true, 0));
  CHECK_FALSE(retry_after(answered(429, 2'000'000'000), true, 0));
}
