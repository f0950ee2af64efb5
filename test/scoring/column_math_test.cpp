#include "scoring/column_math.hpp"

#include "test/scoring/shares.hpp"

#include <doctest/doctest.h>

#include <array>
#include <limits>
#include <random>
#include <span>
#include <vector>

using namespace berth::scoring;
using namespace berth::test;

namespace {

std::vector<std::int64_t> within_and_beyond(std::int64_t most) {
  return {0,
          most,
          most + 1,
          -1,
          256,
          std::int64_t{1} << 40,
          std::numeric_limits<std::int64_t>::min(),
          std::numeric_limits<std::int64_t>::max()};
}

}  // namespace

TEST_CASE("percent: exact at every step, for every size of number") {
  std::size_t wrong = 0;
  for (const auto& [part, whole] : steps()) wrong += percent(part, whole) != exact(part, whole);
  CHECK(wrong == 0);
}

TEST_CASE("percent: negative and extreme parts are cut towards zero") {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  CHECK(percent(-1, 3) == -33);
  CHECK(percent(most, most) == 100);
}

TEST_CASE("rows_that_lack: the rows where less is left than is wanted, of a whole block and of a part") {
  std::vector<std::int64_t> whole, used;
  for (std::int64_t i = 0; i < 64; ++i) {
    whole.push_back(100);
    used.push_back(i * 3);  // 33 and less leave one or more
  }
  CHECK(rows_that_lack(1, whole, used) == ~std::uint64_t{0} << 34);
  CHECK(rows_that_lack(101, whole, used) == ~std::uint64_t{0});
  CHECK(rows_that_lack(-100, whole, used) == 0);
  CHECK(rows_that_lack(98, std::span(whole).first(5), std::span(used).first(5)) == 0b11110);
  CHECK(rows_that_lack(1, {}, {}) == 0);
}

TEST_CASE("narrow: values up to the most as bytes, and whether all are that") {
  for (const std::int64_t most : {100, 127, 0})
    for (const std::int64_t odd : within_and_beyond(most)) {
      CAPTURE(most);
      CAPTURE(odd);
      std::vector<std::int64_t> from(37, 0);
      from[35] = odd;
      std::vector<std::uint8_t> to(37, 9);
      const narrowed found = narrow(from, most, to);
      CHECK(found.in_range == (odd >= 0 && odd <= most));
      CHECK(found.all_zero == (odd == 0));
      if (found.in_range) CHECK(std::vector<std::int64_t>(to.begin(), to.end()) == from);
    }
}

TEST_CASE("add_up: the sums of bytes by their weights, and the best of the members") {
  std::mt19937_64 random(2);
  for (int round = 0; round < 300; ++round) {
    std::vector<std::uint8_t> rows(3 * 64);
    for (std::uint8_t& row : rows) row = static_cast<std::uint8_t>(random() % 101);
    const std::array<summand, 2> two{
        {{rows.data(), 1}, {rows.data() + 64, static_cast<std::uint16_t>(1 + random() % 300)}}};
    const std::span<const summand> columns = std::span(two).first(random() % 3);
    const std::size_t first = random() % 65;
    std::array<std::uint16_t, 64> sums;
    std::array<std::int64_t, 64> expected{};
    for (std::size_t i = 0; i < 64; ++i) {
      sums[i] = static_cast<std::uint16_t>(random());
      for (const summand& c : columns) expected[i] += c.weight * c.rows[first + i];
    }
    const std::uint64_t members = round % 3 == 0 ? ~std::uint64_t{0} : round % 3 == 1 ? random() & random() : 0;
    const best_row found = add_up(columns, first, members, sums), best = find_best(expected, members);
    CHECK(found.ties == best.ties);
    CHECK(found.best == best.best);
    for (std::size_t i = 0; i < 64; ++i) REQUIRE(sums[i] == expected[i]);
  }
}

TEST_CASE("add_widened: 16 bits and a number, added to 64") {
  std::vector<std::uint16_t> rows;
  std::vector<std::int64_t> sums, expected;
  for (std::int64_t i = 0; i < 77; ++i) {
    rows.push_back(static_cast<std::uint16_t>(i * 851));
    sums.push_back(i - 30);
    expected.push_back(i - 30 + rows.back() - 7);
  }
  add_widened(rows, -7, sums);
  CHECK(sums == expected);
}

TEST_CASE("largest_of: the largest byte, and 0 of none") {
  std::vector<std::uint8_t> rows(300, 3);
  rows[291] = 255;
  CHECK(largest_of(rows) == 255);
  CHECK(largest_of(std::span(rows).first(291)) == 3);
  CHECK(largest_of({}) == 0);
}

TEST_CASE("all_within: from 0 to the most") {
  for (const std::int64_t most : {100, 127, 0})
    for (const std::int64_t odd : within_and_beyond(most)) {
      CAPTURE(most);
      CAPTURE(odd);
      std::vector<std::int64_t> rows(37, 0);
      rows[35] = odd;
      CHECK(all_within(rows, most) == (odd >= 0 && odd <= most));
    }
  CHECK(all_within({}, 100));
}

TEST_CASE("add_rows, find_best: sums of a block, its largest among the members, and how often that is there") {
  std::mt19937_64 random(1);
  for (int round = 0; round < 300; ++round) {
    std::array<std::uint8_t, 64> rows;
    std::array<std::int64_t, 64> sums, before;
    for (std::size_t i = 0; i < 64; ++i) {
      rows[i] = static_cast<std::uint8_t>(random() % 4);
      before[i] = sums[i] = static_cast<std::int64_t>(random() % 3) - 9;
    }
    const std::int64_t weight = 1 + static_cast<std::int64_t>(random() % 3);
    add_rows(rows, weight, sums);
    const std::uint64_t members = round % 3 == 0 ? ~std::uint64_t{0} : round % 3 == 1 ? random() & random() : 0;
    best_row expected;
    for (std::size_t i = 0; i < 64; ++i) {
      REQUIRE(sums[i] == before[i] + weight * rows[i]);
      if ((members >> i & 1) == 0) continue;
      if (expected.ties == 0 || sums[i] > expected.best) expected = {sums[i], 0};
      expected.ties += sums[i] == expected.best ? 1 : 0;
    }
    const best_row found = find_best(sums, members);
    CHECK(found.ties == expected.ties);
    CHECK(found.best == expected.best);
  }
}

TEST_CASE("add_scaled: by weights of any size") {
  for (const std::int64_t weight : {std::int64_t{1}, std::int64_t{3}, std::int64_t{1} << 40}) {
    std::vector<std::int64_t> rows, sums, expected;
    for (std::int64_t i = 0; i < 37; ++i) {
      rows.push_back(i * 3);
      sums.push_back(i - 9);
      expected.push_back(i - 9 + weight * i * 3);
    }
    add_scaled(rows, weight, sums);
    CHECK(sums == expected);
  }
}
