#pragma once

#include <algorithm>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

/// Shares in percent, and the pairs of numbers where they are easily got wrong.
namespace berth::test {

inline std::int64_t exact(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : static_cast<std::int64_t>(static_cast<__int128>(part) * 100 / whole);
}

// Wholes of every size, and parts where the quotient is about to step: the last that gives q - 1 and the first that
// gives q.
inline std::vector<std::pair<std::int64_t, std::int64_t>> steps() {
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

}  // namespace berth::test
