#pragma once

#include <cstdlib>
#include <ranges>

/// How far a test with random histories goes: through few seeds in `make test`, which is run before every commit,
/// through many in `make test-long`.
///
///   TEST_CASE("queue: random histories lose no pod" * doctest::test_suite("random")) {
///     for (const unsigned seed : test::seeds({.quick = 20, .all = 1000})) {
///       CAPTURE(seed);
///
/// The suite "random" is run by both; a case of the suite "long" (see test/CMakeLists.txt) by `make test-long` alone.
///
/// Environment: BERTH_TEST_LONG=1 takes all seeds, BERTH_TEST_SEEDS=n the first n, BERTH_TEST_SEED=n that one alone.
namespace berth::test {

inline unsigned number_from(const char* variable, unsigned otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

/// The one seed that was asked for, for a test that then prints what happened; 0 where none was.
inline unsigned only_seed() { return number_from("BERTH_TEST_SEED", 0); }

struct seed_counts {
  unsigned quick;
  unsigned all;
};

/// Seeds from 1 on, at least one.
inline auto seeds(seed_counts counts) {
  const unsigned only = only_seed();
  const unsigned usual = number_from("BERTH_TEST_LONG", 0) != 0 ? counts.all : counts.quick;
  const unsigned last = number_from("BERTH_TEST_SEEDS", usual);
  return only != 0 ? std::views::iota(only, only + 1) : std::views::iota(1u, (last == 0 ? 1 : last) + 1);
}

}  // namespace berth::test
