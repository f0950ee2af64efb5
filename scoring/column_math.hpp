#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

/// Arithmetic of whole columns of scores, totals and bits.
///
/// The spans of one call are of one length.
namespace berth::scoring {

/// part * 100 / whole, cut towards zero, as upstream computes shares; whole is not 0. Exact for all that does not
/// overflow upstream's int64, and right where that would overflow.
constexpr std::int64_t percent(std::int64_t part, std::int64_t whole) noexcept {
  constexpr std::int64_t safe = std::int64_t{1} << 56;  // times 100 stays below 2^63
  if (part < safe && part > -safe) return part * 100 / whole;
  return static_cast<std::int64_t>(static_cast<__int128>(part) * 100 / whole);
}

/// Bit i says that amount > whole[i] - used[i]; up to 64 rows.
std::uint64_t rows_that_lack(std::int64_t amount, std::span<const std::int64_t> whole,
                             std::span<const std::int64_t> used) noexcept;

/// sums[i] += weight * rows[i], of 64 rows.
void add_rows(std::span<const std::uint8_t, 64> rows, std::int64_t weight, std::span<std::int64_t, 64> sums) noexcept;

struct narrowed {
  bool in_range = true;
  bool all_zero = true;
};
/// to[i] = from[i], of which each is in the range from 0 to `most`, up to 127; where that is not so, `to` is anything.
narrowed narrow(std::span<const std::int64_t> from, std::int64_t most, std::span<std::uint8_t> to) noexcept;

/// sums[i] += rows[i] + plus.
void add_widened(std::span<const std::uint16_t> rows, std::int64_t plus, std::span<std::int64_t> sums) noexcept;
/// sums[i] += weight * rows[i], of which each is in the range from 0 to 127.
void add_scaled(std::span<const std::int64_t> rows, std::int64_t weight, std::span<std::int64_t> sums) noexcept;

/// The least and the largest of at least one row.
struct extent {
  std::int64_t least;
  std::int64_t most;
};
extent extent_of(std::span<const std::int64_t> rows) noexcept;
/// The largest, or 0 of none.
std::uint8_t largest_of(std::span<const std::uint8_t> rows) noexcept;
/// Whether each is in the range from 0 to `most`, up to 127.
bool all_within(std::span<const std::int64_t> rows, std::int64_t most) noexcept;

/// The largest of the sums whose bit is set in `members`, and how many there are of it; of none, 0 of them.
struct best_row {
  std::int64_t best = 0;
  std::uint32_t ties = 0;
};
best_row find_best(std::span<const std::int64_t, 64> sums, std::uint64_t members) noexcept;
/// The same, and the sums: sums[i] is that of weight * rows[first + i] over all columns, and fits into its 16 bits.
struct summand {
  const std::uint8_t* rows;
  std::uint16_t weight;
};
best_row add_up(std::span<const summand> columns, std::size_t first, std::uint64_t members,
                std::span<std::uint16_t, 64> sums) noexcept;

/// Of words of bits: how many are set; whether one is that is not set in `other`, which is as long.
std::size_t count_bits(std::span<const std::uint64_t> words) noexcept;
bool any_bit_without(std::span<const std::uint64_t> words, std::span<const std::uint64_t> other) noexcept;

}  // namespace berth::scoring
