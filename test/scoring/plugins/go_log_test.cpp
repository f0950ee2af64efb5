#include "scoring/plugins/go_log.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cstdint>

using namespace berth::scoring;

TEST_CASE("go_log: every logarithm up to 200,002 is Go's to the last bit") {
  // Made by math.Log of go1.26.8 on amd64: an FNV-1a over the bytes of all of them, lowest first.
  std::uint64_t hash = 14695981039346656037u;
  for (int i = 1; i <= 200'002; ++i) {
    const auto bits = std::bit_cast<std::uint64_t>(go_log(i));
    for (int byte = 0; byte < 8; ++byte) {
      hash ^= bits >> (8 * byte) & 0xff;
      hash *= 1099511628211u;
    }
  }
  CHECK(hash == 0x51c59e254b2f8645u);
}

TEST_CASE("go_log: some of them, where one has gone wrong") {
  struct pair {
    int x;
    std::uint64_t bits;
  };
  constexpr pair by_go[] = {{1, 0x0000000000000000},      {2, 0x3fe62e42fefa39ef},     {3, 0x3ff193ea7aad030a},
                            {4, 0x3ff62e42fefa39ef},      {5, 0x3ff9c041f7ed8d33},     {6, 0x3ffcab0bfa2a2002},
                            {7, 0x3fff2272ae325a57},      {8, 0x4000a2b23f3bab73},     {9, 0x400193ea7aad030b},
                            {10, 0x40026bb1bbb55516},     {11, 0x40032ee3b77f374c},    {20000, 0x4023ce95eba4f8b4},
                            {100000, 0x4027069e2aa2aa5b}, {200000, 0x402869825a924dfa}};
  for (const pair& p : by_go) CHECK(std::bit_cast<std::uint64_t>(go_log(p.x)) == p.bits);
}
