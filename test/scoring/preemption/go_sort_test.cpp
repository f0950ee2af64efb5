#include "scoring/preemption/go_sort.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

using namespace berth::scoring;

/// Made by Go 1.26: `sort.Slice` over the same numbers, hashed in the same way.
namespace {

constexpr std::uint64_t basis = 14695981039346656037u;
std::uint64_t mix(std::uint64_t h, std::uint64_t more) { return (h ^ more) * 1099511628211u; }

struct item {
  std::uint64_t key;
  std::uint64_t nth;
};

// Shapes: at random, rising, falling, rising with every seventh at random. Few values: many equal elements.
std::vector<item> numbers(std::uint64_t n, std::uint64_t values, int shape) {
  std::vector<item> out;
  std::uint64_t state = n * 2654435761u + values * 40503u + static_cast<std::uint64_t>(shape) + 88172645463325252u;
  for (std::uint64_t i = 0; i < n; ++i) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    std::uint64_t key = state % values;
    const std::uint64_t rising = i * values / (n + 1);
    if (shape == 1 || (shape == 3 && i % 7 != 0)) key = rising;
    if (shape == 2) key = (n - i) * values / (n + 1);
    out.push_back({key, i});
  }
  return out;
}

std::uint64_t order_of_all(std::uint64_t n) {
  std::uint64_t all = basis;
  for (const std::uint64_t values : {1u, 2u, 3u, 10u, 1000000u})
    for (int shape = 0; shape < 4; ++shape) {
      std::vector<item> items = numbers(n, values, shape);
      go_sort(items, [](const item& a, const item& b) { return a.key < b.key; });
      std::uint64_t one = basis;
      for (const item& i : items) one = mix(one, i.nth);
      all = mix(all, one);
    }
  return all;
}

struct recorded {
  std::uint64_t n;
  std::uint64_t order;
};
constexpr recorded by_go[] = {{0, 9307853073028430497u},    {1, 18326787199516527233u},  {2, 3581617796100096635u},
                              {5, 14436271083255080103u},   {12, 13630938544187785045u}, {13, 18265634834843534247u},
                              {20, 10035862014248705443u},  {49, 10162863587721693335u}, {50, 17176647032459599521u},
                              {51, 9648804748970197485u},   {64, 7234880677674890381u},  {100, 8027564667064302821u},
                              {110, 16524823496937511453u}, {250, 3275307537260045323u}, {500, 6383351139804302837u},
                              {1000, 2839672357106862389u}};

}  // namespace

TEST_CASE("go_sort: equal elements come out in the order in which Go leaves them") {
  for (const recorded& r : by_go) {
    CAPTURE(r.n);
    CHECK(order_of_all(r.n) == r.order);
  }
}
