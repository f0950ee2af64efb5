#include "controller/runtime/outages.hpp"

#include <doctest/doctest.h>

using namespace berth::controller;
using namespace std::chrono_literals;

namespace {
const instant start(100h);
}

TEST_CASE("outages: the first failure is told, then at most one in 30 s with a count, and the end of it") {
  outages o;
  std::size_t told = 0;
  for (int second = 0; second < 95; ++second) {
    const auto say = o.failed("pods", start + second * 1s);
    if (!say) continue;
    ++told;
    CHECK(second % 30 == 0);
    CHECK(say->failures == (second == 0 ? 1 : 30));
    CHECK(say->lasted == second * 1s);
  }
  CHECK(told == 4);
  const auto end = o.works("pods", start + 100s);
  REQUIRE(end);
  CHECK(end->failures == 95);
  CHECK(end->lasted == 100s);
  CHECK_FALSE(o.works("pods", start + 101s));
}

TEST_CASE("outages: what never failed is not said to work again") {
  outages o;
  CHECK_FALSE(o.works("pods", start));
  CHECK(o.failed("nodes", start));
  CHECK_FALSE(o.works("pods", start + 1s));
}

TEST_CASE("outages: each watch has its own") {
  outages o;
  CHECK(o.failed("nodes", start));
  CHECK(o.failed("pods", start + 1s));
  CHECK_FALSE(o.failed("nodes", start + 2s));
  CHECK(o.works("pods", start + 3s));
  CHECK(o.works("nodes", start + 4s));
}

TEST_CASE("outages: one that comes and goes is told of no more often than one that stays") {
  outages o;
  std::size_t said = 0;
  for (int second = 0; second < 300; ++second) {
    said += o.failed("pods", start + second * 1s).has_value() ? 1 : 0;
    said += o.works("pods", start + second * 1s + 500ms).has_value() ? 1 : 0;
  }
  CHECK(said == 20);
}
