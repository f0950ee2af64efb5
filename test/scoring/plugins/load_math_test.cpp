#include "scoring/plugins/load_math.hpp"

#include "test/scoring/shares.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <random>
#include <utility>
#include <vector>

using namespace berth::scoring;
using namespace berth::test;

namespace {

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
