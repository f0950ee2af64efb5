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

std::vector<double> inverses(const std::vector<std::int64_t>& whole) {
  std::vector<double> out;
  for (const std::int64_t w : whole) out.push_back(inverse_of(w));
  return out;
}

// In columns of their own: what add_shares makes of used and whole.
bool all_exact(share_of what, const std::vector<std::pair<std::int64_t, std::int64_t>>& rows, std::int64_t plus) {
  std::vector<std::int64_t> used, whole;
  for (const auto& [u, w] : rows) {
    used.push_back(u);
    whole.push_back(w);
  }
  std::vector<std::int64_t> sums(rows.size(), 5);
  if (!add_shares(what, used, plus, {whole, inverses(whole)}, 3, sums)) return false;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::int64_t taken = std::min(used[i] + plus, whole[i]);
    if (sums[i] != 5 + 3 * exact(what == share_of::used ? taken : whole[i] - taken, whole[i])) return false;
  }
  return true;
}

bool is_for_doubles(std::int64_t used, std::int64_t plus, std::int64_t whole) {
  const std::vector<std::int64_t> u{1, used, 2}, w{10, whole, 20};
  std::vector<std::int64_t> sums(3, 7);
  return add_shares(share_of::free, u, plus, {w, inverses(w)}, 1, sums);
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

TEST_CASE("add_shares: one row that is not for doubles, and it says so") {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  CHECK(is_for_doubles(3, 1, 30));
  CHECK_FALSE(is_for_doubles(3, 1, 0));
  CHECK_FALSE(is_for_doubles(-3, 1, 30));
  CHECK_FALSE(is_for_doubles(3, -1, 30));
  CHECK_FALSE(is_for_doubles(3, 1, most));
  CHECK_FALSE(is_for_doubles(most, 1, 30));
  CHECK_FALSE(is_for_doubles(3, most, 30));
}

TEST_CASE("percent: negative and extreme parts are cut towards zero") {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  CHECK(percent(-1, 3) == -33);
  CHECK(percent(most, most) == 100);
}

TEST_CASE("evenness: as upstream's doubles say, for numbers of every size") {
  std::vector<std::int64_t> used_a, whole_a, used_b, whole_b;
  std::mt19937_64 random(1);
  for (const auto& [used, whole] : steps()) {
    if (whole >> 44 != 0) continue;
    used_a.push_back(used);
    whole_a.push_back(whole);
    const int bits = static_cast<int>(random() % 43);
    used_b.push_back(static_cast<std::int64_t>(random() >> (64 - bits - 1)));
    whole_b.push_back(1 + static_cast<std::int64_t>(random() >> (64 - bits - 1)));
  }
  for (const std::int64_t plus : {0, 1, 1000}) {
    std::vector<std::int64_t> out(used_a.size());
    REQUIRE(evenness({used_a, whole_a, plus}, {used_b, whole_b, plus}, out));
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < out.size(); ++i)
      wrong += out[i] != even(used_a[i] + plus, whole_a[i], used_b[i] + plus, whole_b[i]);
    CHECK(wrong == 0);
  }
}

TEST_CASE("evenness: one row that is not for doubles, and it says so") {
  const std::vector<std::int64_t> used{1, 2}, whole{10, 20}, none{10, 0};
  std::vector<std::int64_t> out{7, 7};
  CHECK_FALSE(evenness({used, whole}, {used, none}, out));
  CHECK_FALSE(evenness({used, none}, {used, whole}, out));
  CHECK_FALSE(evenness({used, whole, -1}, {used, whole}, out));
  CHECK(evenness({used, whole}, {used, whole}, out));
}

TEST_CASE("divide: as integers divide") {
  for (const std::int64_t by : {1, 2, 3, 7, 100, 1'000'003}) {
    std::vector<std::int64_t> values;
    for (std::int64_t v = 0; v < 2000; ++v) values.push_back(v);
    for (std::int64_t q = 1; q < 1000; ++q) values.insert(values.end(), {q * by - 1, q * by, q * by + 1});
    for (const std::int64_t extreme : {std::int64_t{0}, std::int64_t{-5}, std::numeric_limits<std::int64_t>::max()}) {
      std::vector<std::int64_t> in = values;
      in.push_back(extreme);
      std::vector<std::int64_t> out = in;
      divide(out, by);
      std::size_t wrong = 0;
      for (std::size_t i = 0; i < in.size(); ++i) wrong += out[i] != in[i] / by;
      CHECK(wrong == 0);
    }
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

TEST_CASE("halve_gains: half of what is added and taken off, cut off") {
  const std::vector<std::uint8_t> before{50, 100, 71, 0};
  std::vector<std::int64_t> scores{50, 50, 100, 0};
  halve_gains(before, 150, scores);
  CHECK(scores == std::vector<std::int64_t>{75, 50, 89, 75});
}

TEST_CASE("add_rows, widen, find_best in 16 bits: as in 64") {
  std::mt19937_64 random(2);
  for (int round = 0; round < 300; ++round) {
    std::array<std::uint8_t, 64> rows;
    std::array<std::uint16_t, 64> sums;
    std::array<std::int64_t, 64> wide, expected;
    const auto weight = static_cast<std::uint16_t>(1 + random() % 300);
    for (std::size_t i = 0; i < 64; ++i) {
      rows[i] = static_cast<std::uint8_t>(random() % 101);
      sums[i] = static_cast<std::uint16_t>(random() % 3 * 10'000);
      expected[i] = sums[i];
    }
    add_rows(rows, weight, sums);
    add_rows(rows, std::int64_t{weight}, expected);
    const std::uint64_t members = round % 3 == 0 ? ~std::uint64_t{0} : round % 3 == 1 ? random() & random() : 0;
    const best_row found = find_best(sums, members), best = find_best(expected, members);
    CHECK(found.ties == best.ties);
    CHECK(found.best == best.best);
    widen(sums, -7, wide);
    for (std::size_t i = 0; i < 64; ++i) REQUIRE(wide[i] == expected[i] - 7);
  }
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
  const std::vector<std::int64_t> column{10, 11, 12, 13, 14};
  const auto rows = [&](const std::vector<node_id>& nodes) {
    row_block block;
    const auto found = block.rows(0, column, nodes);
    return std::vector<std::int64_t>(found.begin(), found.end());
  };
  CHECK(rows({0, 2, 4}) == std::vector<std::int64_t>{10, 12, 14});
  CHECK(rows({1, 2, 3}) == std::vector<std::int64_t>{11, 12, 13});
  CHECK(rows({4}) == std::vector<std::int64_t>{14});
}
