#include "k8s/backoff.hpp"

#include <doctest/doctest.h>

#include <set>
#include <vector>

using namespace berth::k8s;
using namespace std::chrono_literals;

namespace {

const backoff::time_point start{std::chrono::hours(1)};

}  // namespace

TEST_CASE("backoff: without jitter it doubles up to its cap") {
  backoff b({.jitter = 0.0}, 1);
  std::vector<std::chrono::milliseconds> delays;
  for (int i = 0; i < 8; ++i) delays.push_back(b.next(start));
  CHECK(delays == std::vector<std::chrono::milliseconds>{800ms, 1600ms, 3200ms, 6400ms, 12800ms, 25600ms, 30s, 30s});
}

TEST_CASE("backoff: jitter adds up to the whole delay, never less and never more") {
  backoff b({.initial = 1000ms, .cap = 1000ms}, 7);
  std::set<std::chrono::milliseconds> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(b.next(start));
  CHECK(*seen.begin() >= 1000ms);
  CHECK(*seen.rbegin() < 2000ms);
  CHECK(*seen.begin() < 1050ms);
  CHECK(*seen.rbegin() > 1950ms);
}

TEST_CASE("backoff: two quiet minutes reset it, less do not") {
  backoff b({.jitter = 0.0}, 1);
  b.next(start);
  b.next(start);
  CHECK(b.next(start + 119s) == 3200ms);
  CHECK(b.next(start + 119s + 120s) == 800ms);
}

TEST_CASE("backoff: without a quiet period only reset() resets it") {
  backoff b({.jitter = 0.0, .reset_after = 0ms}, 1);
  b.next(start);
  CHECK(b.next(start + 24h) == 1600ms);
  b.reset();
  CHECK(b.next(start + 24h) == 800ms);
}

TEST_CASE("backoff: the same seed gives the same delays, another seed others") {
  backoff a({}, 5), b({}, 5), c({}, 6);
  const auto first = a.next(start);
  CHECK(first == b.next(start));
  CHECK(first != c.next(start));
}
