#include "scoring/column_math.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <random>
#include <span>
#include <utility>
#include <vector>

using namespace berth::scoring;

namespace {

std::int64_t exact(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : static_cast<std::int64_t>(static_cast<__int128>(part) * 100 / whole);
}

// Wholes of every size, and parts where the quotient is about to step: the last that gives q - 1 and the first that
// gives q.
std::vector<std::pair<std::int64_t, std::int64_t>> steps() {
  std::mt19937_64 random(1);
  std::vector<std::pair<std::int64_t, std::int64_t>> out;
  for (int bits = 0; bits < 63; ++bits) {
    const std::int64_t power = std::int64_t{1} << bits;
    std::vector<std::int64_t> wholes{power, power + 1, std::max<std::int64_t>(1, power - 1)};
    for (int i = 0; i < 20; ++i)
      wholes.push_back(power + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(power)));
    for (const std::int64_t whole : wholes)
      for (std::int64_t q = 0; q <= 100; ++q) {
        const auto first = static_cast<std::int64_t>((static_cast<__int128>(q) * whole + 99) / 100);
        for (const std::int64_t part : {first - 1, first, first + 1})
          if (part >= 0 && part <= whole) out.emplace_back(part, whole);
      }
  }
  return out;
}

// Columns of a load, in doubles.
struct columns {
  std::vector<double> used, whole, inverse;

  void add(std::int64_t u, std::int64_t w) {
    used.push_back(static_cast<double>(u));
    whole.push_back(static_cast<double>(w));
    inverse.push_back(1 / whole.back());
  }
  load with(std::int64_t plus) const { return {used, whole, inverse, static_cast<double>(plus)}; }
};

// What add_shares makes of used and whole.
bool all_exact(share_of what, const std::vector<std::pair<std::int64_t, std::int64_t>>& rows, std::int64_t plus) {
  columns c;
  for (const auto& [used, whole] : rows) c.add(used, whole);
  std::vector<std::int32_t> sums(rows.size(), 5);
  add_shares(what, c.with(plus), 3, sums);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& [used, whole] = rows[i];
    const std::int64_t taken = std::min(used + plus, whole);
    if (sums[i] != 5 + 3 * exact(what == share_of::used ? taken : whole - taken, whole)) return false;
  }
  return true;
}

// As upstream computes it, of one row.
std::int64_t even(std::int64_t used_a, std::int64_t whole_a, std::int64_t used_b, std::int64_t whole_b) {
  const double a = std::min(1.0, static_cast<double>(used_a) / static_cast<double>(whole_a));
  const double b = std::min(1.0, static_cast<double>(used_b) / static_cast<double>(whole_b));
  return static_cast<std::int64_t>((1 - std::abs((a - b) / 2)) * 100.0);
}

}  // namespace

TEST_CASE("percent: exact at every step, for every size of number") {
  std::size_t wrong = 0;
  for (const auto& [part, whole] : steps()) wrong += percent(part, whole) != exact(part, whole);
  CHECK(wrong == 0);
}

TEST_CASE("add_shares: exact at every step, for every size of number that doubles hold") {
  std::vector<std::pair<std::int64_t, std::int64_t>> rows;
  for (const auto& row : steps())
    if (row.second < std::int64_t{1} << 44) rows.push_back(row);
  REQUIRE(rows.size() > 100'000);
  CHECK(all_exact(share_of::used, rows, 0));
  CHECK(all_exact(share_of::free, rows, 0));
  CHECK(all_exact(share_of::free, rows, 1));
}

TEST_CASE("add_shares: every pair of small numbers, more than the whole among them") {
  std::vector<std::pair<std::int64_t, std::int64_t>> rows;
  for (std::int64_t whole = 1; whole <= 300; ++whole)
    for (std::int64_t used = 0; used <= 400; ++used) rows.emplace_back(used, whole);
  for (const share_of what : {share_of::used, share_of::free})
    for (const std::int64_t plus : {0, 1, 250}) CHECK(all_exact(what, rows, plus));
}

TEST_CASE("for_doubles: numbers from 0 to below 2^44") {
  constexpr std::int64_t most = (std::int64_t{1} << 44) - 1;
  CHECK(for_doubles(0));
  CHECK(for_doubles(most));
  CHECK_FALSE(for_doubles(most + 1));
  CHECK_FALSE(for_doubles(-1));
  CHECK_FALSE(for_doubles(std::numeric_limits<std::int64_t>::max()));
  CHECK_FALSE(for_doubles(std::numeric_limits<std::int64_t>::min()));
}

TEST_CASE("percent: negative and extreme parts are cut towards zero") {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  CHECK(percent(-1, 3) == -33);
  CHECK(percent(most, most) == 100);
}

TEST_CASE("average_evenness: half of it and what is added, as upstream's doubles say, for numbers of every size") {
  columns a, b;
  std::vector<std::array<std::int64_t, 4>> rows;
  std::vector<double> added;
  std::mt19937_64 random(1);
  for (const auto& [used, whole] : steps()) {
    if (!for_doubles(whole)) continue;
    const int bits = static_cast<int>(random() % 43);
    rows.push_back({used, whole, static_cast<std::int64_t>(random() >> (64 - bits - 1)),
                    1 + static_cast<std::int64_t>(random() >> (64 - bits - 1))});
    a.add(rows.back()[0], rows.back()[1]);
    b.add(rows.back()[2], rows.back()[3]);
    added.push_back(static_cast<double>(random() % 101));
  }
  for (const std::int64_t plus : {0, 1, 1000}) {
    std::vector<std::uint8_t> out(rows.size());
    average_evenness(a.with(plus), b.with(plus), added, out);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < out.size(); ++i) {
      const auto& [used_a, whole_a, used_b, whole_b] = rows[i];
      wrong +=
          out[i] != (static_cast<std::int64_t>(added[i]) + even(used_a + plus, whole_a, used_b + plus, whole_b)) / 2;
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("divide: as integers divide") {
  for (const std::int32_t by : {1, 2, 3, 7, 64, 100, 1'000'003}) {
    std::vector<std::int32_t> sums;
    for (std::int32_t q = 0; q <= 100; ++q)
      for (const std::int32_t sum : {q * by, q * by + 1, q * by + by / 2, q * by + by - 1}) sums.push_back(sum);
    std::vector<std::uint8_t> out(sums.size());
    divide(sums, by, out);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < sums.size(); ++i) wrong += out[i] != sums[i] / by;
    CHECK(wrong == 0);
  }
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
    for (const std::int64_t odd :
         {std::int64_t{0}, most, most + 1, std::int64_t{-1}, std::int64_t{256}, std::int64_t{1} << 40,
          std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}) {
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
    for (const std::int64_t odd :
         {std::int64_t{0}, most, most + 1, std::int64_t{-1}, std::int64_t{256}, std::int64_t{1} << 40,
          std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}) {
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

TEST_CASE("row_block: rows of nodes, neighbours or not") {
  const std::vector<double> column{10, 11, 12, 13, 14};
  const auto rows = [&](const std::vector<node_id>& nodes) {
    row_block block;
    const auto found = block.rows(0, column, nodes);
    return std::vector<double>(found.begin(), found.end());
  };
  CHECK(rows({0, 2, 4}) == std::vector<double>{10, 12, 14});
  CHECK(rows({1, 2, 3}) == std::vector<double>{11, 12, 13});
  CHECK(rows({4}) == std::vector<double>{14});
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
