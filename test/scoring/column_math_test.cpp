#include "scoring/column_math.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <random>
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

bool all_exact(const std::vector<std::pair<std::int64_t, std::int64_t>>& rows) {
  std::vector<std::int64_t> part, whole;
  for (const auto& [p, w] : rows) {
    part.push_back(p);
    whole.push_back(w);
  }
  std::vector<std::int64_t> out(rows.size(), -1);
  percent(part, whole, out);
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (out[i] != exact(part[i], whole[i])) return false;
  return true;
}

}  // namespace

TEST_CASE("percent: exact at every step, for every size of number") {
  std::size_t wrong = 0;
  for (const auto& [part, whole] : steps()) wrong += percent(part, whole) != exact(part, whole);
  CHECK(wrong == 0);
}

TEST_CASE("percent: a column of what fits doubles is exact at every step") {
  std::vector<std::pair<std::int64_t, std::int64_t>> small;
  for (const auto& row : steps())
    if (row.second < std::int64_t{1} << 46) small.push_back(row);
  REQUIRE(small.size() > 100'000);
  CHECK(all_exact(small));
}

TEST_CASE("percent: a column with one large number in it is exact too") { CHECK(all_exact(steps())); }

TEST_CASE("percent: every pair of small numbers") {
  std::vector<std::pair<std::int64_t, std::int64_t>> rows;
  for (std::int64_t whole = 0; whole <= 300; ++whole)
    for (std::int64_t part = 0; part <= 400; ++part) rows.emplace_back(part, whole);
  CHECK(all_exact(rows));
}

TEST_CASE("percent: negative and extreme parts are cut towards zero") {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  CHECK(percent(-1, 3) == -33);
  CHECK(percent(most, most) == 100);
  CHECK(all_exact({{-1, 3}, {-200, 100}, {most, most}, {0, most}, {5, 0}}));
}

TEST_CASE("fractions: the quotients of doubles, at most 1, for numbers of every size") {
  std::vector<std::int64_t> part, whole;
  for (const auto& [p, w] : steps()) {
    part.insert(part.end(), {p, p});
    whole.insert(whole.end(), {w, std::max<std::int64_t>(1, w / 3)});
  }
  for (const bool small : {true, false}) {
    if (small) {
      // The first half of the sizes fits the fast way.
      const auto end = std::find_if(whole.begin(), whole.end(), [](std::int64_t w) { return w >> 45 != 0; });
      part.resize(static_cast<std::size_t>(end - whole.begin()));
      whole.erase(end, whole.end());
    } else {
      part.push_back(std::numeric_limits<std::int64_t>::max());
      whole.push_back(std::numeric_limits<std::int64_t>::max() - 1);
    }
    std::vector<double> out(part.size());
    fractions(part, whole, out);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < part.size(); ++i)
      wrong += out[i] != std::min(1.0, static_cast<double>(part[i]) / static_cast<double>(whole[i]));
    CHECK(wrong == 0);
  }
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

TEST_CASE("gather: rows of nodes, neighbours or not") {
  const std::vector<std::int64_t> column{10, 11, 12, 13, 14};
  const std::vector<node_id> apart{0, 2, 4};
  const std::vector<node_id> together{1, 2, 3};
  std::vector<std::int64_t> out(3);
  gather(column, apart, 5, out);
  CHECK(out == std::vector<std::int64_t>{15, 17, 19});
  gather(column, together, 0, out);
  CHECK(out == std::vector<std::int64_t>{11, 12, 13});
  gather(column, {}, 1, {});
}
