#include "scoring/engine/draw.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <random>
#include <vector>

using namespace berth::scoring;

TEST_CASE("draw: each of the highest, and no other, about equally often") {
  std::vector<std::int64_t> totals(192, 40);  // of which 130 count
  for (const std::size_t best : {3U, 63U, 64U, 129U}) totals[best] = 70;
  totals[130] = totals[191] = 99;
  std::mt19937_64 random(1);
  std::array<std::size_t, 192> drawn{};
  for (int round = 0; round < 4000; ++round) ++drawn[draw(totals, 130, random)];
  for (const std::size_t best : {3U, 63U, 64U, 129U}) {
    CAPTURE(best);
    CHECK(drawn[best] > 800);
    CHECK(drawn[best] < 1200);
  }
  CHECK(drawn[3] + drawn[63] + drawn[64] + drawn[129] == 4000);
}

TEST_CASE("draw: the only row; rows that are all negative") {
  std::mt19937_64 random(1);
  std::vector<std::int64_t> totals(64, -5);
  CHECK(draw(totals, 1, random) == 0);
  totals[17] = -4;
  CHECK(draw(totals, 64, random) == 17);
}

TEST_CASE("draw: blocks without members are passed over") {
  const std::vector<best_row> blocks{{90, 0}, {7, 2}, {90, 0}, {7, 1}, {6, 9}};
  std::mt19937_64 random(1);
  std::array<std::size_t, 3> drawn_of{};
  for (int round = 0; round < 3000; ++round) {
    const drawn one = draw(blocks, random);
    REQUIRE(one.best == 7);
    REQUIRE((one.block == 1 || one.block == 3));
    REQUIRE(one.nth < blocks[one.block].ties);
    ++drawn_of[one.block == 1 ? one.nth : 2];
  }
  CHECK(*std::min_element(drawn_of.begin(), drawn_of.end()) > 850);
}
