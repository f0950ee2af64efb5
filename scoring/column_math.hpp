#pragma once

#include "scoring/node_set.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

/// Arithmetic of whole columns, exact to upstream's formulas over int64 and float64.
///
/// Integer division costs ten times a multiplication and cannot be vectorised. floor(a / b) of whole numbers is instead
/// (a + 0.5) * (1 / b) in doubles, cut off: that lies at least 0.5 / b away from any whole number, and the two
/// roundings move it by less than that while a is below 2^51. Larger numbers are left to the caller.
/// No -ffast-math, and no fused operation but where the result is shown to be the same, so that doubles are what Go
/// computes, with AVX2 (where the processor has it) as without.
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

/// Which share of a whole: what is free of it, or what is used.
enum class share_of : std::uint8_t { free, used };

/// Whether sums and shares of the number are exact in doubles: it is below 2^44, and not negative.
constexpr bool for_doubles(std::int64_t number) noexcept { return number >= 0 && number < std::int64_t{1} << 44; }

/// How much of something is in use, how much there is, and 1 / that: whole numbers for doubles, `whole` above 0.
struct load {
  std::span<const double> used, whole, inverse;
  double plus = 0;  ///< in use beside `used`, on each row
};
/// sums[i] += weight * percent(share, whole[i]), where used[i] + plus of whole[i] is used; beyond the whole is as much
/// as the whole. No sum leaves the 32 bits.
void add_shares(share_of what, const load& of, std::int32_t weight, std::span<std::int32_t> sums) noexcept;
/// out[i] = sums[i] / by, cut off, which is from 0 to 255; by > 0.
void divide(std::span<const std::int32_t> sums, std::int32_t by, std::span<std::uint8_t> out) noexcept;

/// How even two fractions in use are: (1 - half their difference) * 100, cut off; a fraction is at most 1. Divided as
/// upstream does: what stands before the cut must be its doubles. out[i] = (plus[i] + evenness) / 2, cut off, where
/// `plus` are whole numbers, and not negative; the half is at most 255.
void average_evenness(const load& a, const load& b, std::span<const double> plus, std::span<std::uint8_t> out) noexcept;

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

/// Of words of bits: how many are set; how many of them are not set in `other`, which is as long; whether there is one.
std::size_t count_bits(std::span<const std::uint64_t> words) noexcept;
std::size_t count_bits_without(std::span<const std::uint64_t> words, std::span<const std::uint64_t> other) noexcept;
bool any_bit_without(std::span<const std::uint64_t> words, std::span<const std::uint64_t> other) noexcept;

/// Rows of columns for some nodes, a block at a time: those of neighbours where they are, of others copied together.
///
///   const auto used = block.rows(0, doubles.used, some);
class row_block {
 public:
  static constexpr std::size_t size = 256;  ///< what the loops work on stays in the nearest cache
  static constexpr std::size_t least = 16;  ///< fewer are not worth a block: after a change it is one node or two
  static constexpr std::size_t columns = 7;

  /// `nodes` are ascending and no more than `size`. Good until the next call for the same column.
  std::span<const double> rows(std::size_t column, std::span<const double> of,
                               std::span<const node_id> nodes) noexcept {
    if (nodes.back() - nodes.front() + 1 == nodes.size()) return of.subspan(nodes.front(), nodes.size());
    std::array<double, size>& to = copies_[column];
    for (std::size_t i = 0; i < nodes.size(); ++i) to[i] = of[nodes[i]];
    return std::span(to).first(nodes.size());
  }

 private:
  std::array<std::array<double, size>, columns> copies_;
};

}  // namespace berth::scoring
