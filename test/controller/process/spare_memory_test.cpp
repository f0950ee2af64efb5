#include "controller/process/spare_memory.hpp"

#include <doctest/doctest.h>

namespace berth::controller {

namespace {

constexpr std::size_t mib = std::size_t{1} << 20;

TEST_CASE("memory is given back after objects were freed, seen by what is resident or by what is in use") {
  const memory_level then{40 * mib, 20 * mib};
  CHECK(worth_giving_back(then, {60 * mib, 20 * mib}));  // a spike that came and went
  CHECK(worth_giving_back(then, {40 * mib, 10 * mib}));  // half of the objects are gone
  CHECK(worth_giving_back({27 * mib, 8 * mib}, {45 * mib, 9 * mib}));
  CHECK(worth_giving_back({}, then));  // what reading the first lists took
}

TEST_CASE("where little moved, nothing is given back") {
  const memory_level then{40 * mib, 20 * mib};
  CHECK_FALSE(worth_giving_back(then, then));
  CHECK_FALSE(worth_giving_back(then, {42 * mib, 20 * mib}));
  CHECK_FALSE(worth_giving_back(then, {40 * mib, 19 * mib}));
  CHECK_FALSE(worth_giving_back({2 * mib, mib}, {3 * mib, mib}));
  CHECK_FALSE(worth_giving_back(then, {30 * mib, 25 * mib}));
}

}  // namespace

}  // namespace berth::controller
