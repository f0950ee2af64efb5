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
/// roundings move it by less than that while a is below 2^51. Rows whose numbers are too large are left to the caller.
/// No -ffast-math and no fused operations anywhere, so that doubles are what Go computes, with AVX2 (where the
/// processor has it) as without.
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

/// A column of whole numbers beside 1 / each of them, as `inverse_of` makes it.
struct divisors {
  std::span<const std::int64_t> whole;
  std::span<const double> inverse;
};
/// 1 / whole; 0 where that is not above 0.
double inverse_of(std::int64_t whole) noexcept;

/// sums[i] += weight * percent(share, whole[i]), where used[i] + plus of whole[i] is used; beyond the whole is as much
/// as the whole. False, and the sums are anything, where a row is not for doubles: a whole of 0, a negative or too
/// large number.
bool add_shares(share_of what, std::span<const std::int64_t> used, std::int64_t plus, const divisors& of,
                std::int64_t weight, std::span<std::int64_t> sums) noexcept;

/// One of two resources that are to be in balance.
struct in_use {
  std::span<const std::int64_t> used, whole;
  std::int64_t plus = 0;
};
/// out[i] = (1 - half the difference of the two fractions in use) * 100, cut off; a fraction is at most 1. Divided as
/// upstream does: what stands before the cut must be its doubles. False, and `out` is anything, as above.
bool evenness(const in_use& a, const in_use& b, std::span<std::int64_t> out) noexcept;

/// values[i] /= by, cut towards zero; by > 0.
void divide(std::span<std::int64_t> values, std::int64_t by) noexcept;

/// Bit i says that amount > whole[i] - used[i]; up to 64 rows.
std::uint64_t rows_that_lack(std::int64_t amount, std::span<const std::int64_t> whole,
                             std::span<const std::int64_t> used) noexcept;

/// sums[i] += weight * rows[i], of 64 rows; in 16 bits where no sum is beyond them.
void add_rows(std::span<const std::uint8_t, 64> rows, std::int64_t weight, std::span<std::int64_t, 64> sums) noexcept;
void add_rows(std::span<const std::uint8_t, 64> rows, std::uint16_t weight, std::span<std::uint16_t, 64> sums) noexcept;

/// wide[i] = sums[i] + plus.
void widen(std::span<const std::uint16_t, 64> sums, std::int64_t plus, std::span<std::int64_t, 64> wide) noexcept;

struct narrowed {
  bool in_range = true;
  bool all_zero = true;
};
/// to[i] = from[i], of which each is in the range from 0 to `most`, up to 127; where that is not so, `to` is anything.
narrowed narrow(std::span<const std::int64_t> from, std::int64_t most, std::span<std::uint8_t> to) noexcept;

/// scores[i] = (plus + scores[i] - before[i]) / 2, which is not negative.
void halve_gains(std::span<const std::uint8_t> before, std::int64_t plus, std::span<std::int64_t> scores) noexcept;

/// sums[i] += weight * rows[i].
void add_scaled(std::span<const std::int64_t> rows, std::int64_t weight, std::span<std::int64_t> sums) noexcept;

/// The least and the largest of at least one row.
struct extent {
  std::int64_t least;
  std::int64_t most;
};
extent extent_of(std::span<const std::int64_t> rows) noexcept;
std::size_t count_of(std::int64_t value, std::span<const std::int64_t> rows) noexcept;

/// The largest of the sums whose bit is set in `members`, and how many there are of it; of none, 0 of them.
struct best_row {
  std::int64_t best = 0;
  std::uint32_t ties = 0;
};
best_row find_best(std::span<const std::int64_t, 64> sums, std::uint64_t members) noexcept;
best_row find_best(std::span<const std::uint16_t, 64> sums, std::uint64_t members) noexcept;

/// Of words of bits: how many are set; how many of them are not set in `other`, which is as long; whether there is one.
std::size_t count_bits(std::span<const std::uint64_t> words) noexcept;
std::size_t count_bits_without(std::span<const std::uint64_t> words, std::span<const std::uint64_t> other) noexcept;
bool any_bit_without(std::span<const std::uint64_t> words, std::span<const std::uint64_t> other) noexcept;

/// Rows of columns for some nodes, a block at a time: those of neighbours where they are, of others copied together.
///
///   const auto used = block.rows(0, nodes.requested(cpu), some);
class row_block {
 public:
  static constexpr std::size_t size = 256;  ///< what the loops work on stays in the nearest cache
  static constexpr std::size_t least = 16;  ///< fewer are not worth a block: after a change it is one node or two
  static constexpr std::size_t columns = 4;

  /// `nodes` are ascending and no more than `size`. Good until the next call for the same column.
  std::span<const std::int64_t> rows(std::size_t column, std::span<const std::int64_t> of,
                                     std::span<const node_id> nodes) noexcept {
    return gather(of, nodes, copies_[column]);
  }
  /// The rows of a column of inverses; or, where `of` is empty, the inverses of `whole`.
  std::span<const double> inverses(std::span<const double> of, std::span<const node_id> nodes,
                                   std::span<const std::int64_t> whole) noexcept {
    if (!of.empty()) return gather(of, nodes, inverses_);
    for (std::size_t i = 0; i < nodes.size(); ++i) inverses_[i] = inverse_of(whole[i]);
    return std::span(inverses_).first(nodes.size());
  }

 private:
  template <class T>
  static std::span<const T> gather(std::span<const T> of, std::span<const node_id> nodes,
                                   std::array<T, size>& to) noexcept {
    if (nodes.back() - nodes.front() + 1 == nodes.size()) return of.subspan(nodes.front(), nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) to[i] = of[nodes[i]];
    return std::span(to).first(nodes.size());
  }

  std::array<std::array<std::int64_t, size>, columns> copies_;
  std::array<double, size> inverses_;
};

}  // namespace berth::scoring
