#include "k8s/http/token_bucket.hpp"

#include <doctest/doctest.h>

using namespace berth::k8s;
using namespace std::chrono_literals;

TEST_CASE("token bucket: a burst passes at once, then requests come at the rate") {
  const token_bucket::time_point start{1h};
  token_bucket bucket(10, 3, start);
  CHECK(bucket.take(start) == 0s);
  CHECK(bucket.take(start) == 0s);
  CHECK(bucket.take(start) == 0s);
  CHECK(bucket.take(start) == 100ms);
  CHECK(bucket.take(start) == 200ms);
}

TEST_CASE("token bucket: tokens come back with time, up to the burst") {
  const token_bucket::time_point start{1h};
  token_bucket bucket(10, 2, start);
  bucket.take(start);
  bucket.take(start);
  CHECK(bucket.take(start + 100ms) == 0s);
  CHECK(bucket.take(start + 10min) == 0s);
  CHECK(bucket.take(start + 10min) == 0s);
  CHECK(bucket.take(start + 10min) == 100ms);
}

TEST_CASE("token bucket: a burst of 0 lets single requests through") {
  const token_bucket::time_point start{1h};
  token_bucket bucket(1, 0, start);
  CHECK(bucket.take(start) == 0s);
  CHECK(bucket.take(start) == 1s);
}

TEST_CASE("token bucket: a clock that goes back gives nothing away") {
  const token_bucket::time_point start{1h};
  token_bucket bucket(1, 1, start);
  CHECK(bucket.take(start) == 0s);
  CHECK(bucket.take(start - 30min) == 1s);
  CHECK(bucket.take(start) == 2s);
}
