#pragma once

#include "scoring/node_set.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

/// Arithmetic of whole columns, exact to upstream's formulas over int64 and float64.
///
/// Integer division costs ten times a multiplication and cannot be vectorised; division of doubles can, and is exact
/// here: for whole numbers a, b below 2^53 the rounded quotient a/b never reaches the next whole number, so cutting it
/// off is floor(a/b). Rows whose numbers are too large for that are left to the caller. No -ffast-math and no fused
/// operations anywhere, so that doubles are what Go computes, with AVX2 (where the processor has it) as without.
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

/// sums[i] += weight * percent(share, whole[i]), where used[i] + plus of whole[i] is used; beyond the whole is as much as
/// the whole. False, and nothing is added, where a row is not for doubles: a whole of 0, a negative or too large number.
bool add_shares(share_of what, std::span<const std::int64_t> used, std::int64_t plus,
                std::span<const std::int64_t> whole, std::int64_t weight, std::span<std::int64_t> sums) noexcept;

/// One of two resources that are to be in balance.
struct in_use {
  std::span<const std::int64_t> used, whole;
  std::int64_t plus = 0;
};
/// out[i] = (1 - half the difference of the two fractions in use) * 100, cut off; a fraction is at most 1. False, and
/// nothing is written, as above.
bool evenness(const in_use& a, const in_use& b, std::span<std::int64_t> out) noexcept;

/// values[i] /= by, cut towards zero; by > 0.
void divide(std::span<std::int64_t> values, std::int64_t by) noexcept;

/// Bit i says that amount > whole[i] - used[i]; up to 64 rows.
std::uint64_t rows_that_lack(std::int64_t amount, std::span<const std::int64_t> whole,
                             std::span<const std::int64_t> used) noexcept;

/// sums[i] += weight * rows[i], of 64 rows.
void add_rows(std::span<const std::uint8_t, 64> rows, std::int64_t weight, std::span<std::int64_t, 64> sums) noexcept;

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

/// Rows of columns for some nodes, a block at a time: those of neighbours where they are, of others copied together.
///
///   const auto used = block.rows(0, nodes.requested(cpu), some);
class row_block {
 public:
  static constexpr std::size_t size = 256;  ///< what the loops work on stays in the nearest cache
  static constexpr std::size_t columns = 4;

  /// `nodes` are ascending and no more than `size`. Good until the next call for the same column.
  std::span<const std::int64_t> rows(std::size_t column, std::span<const std::int64_t> of,
                                     std::span<const node_id> nodes) noexcept {
    if (nodes.back() - nodes.front() + 1 == nodes.size()) return of.subspan(nodes.front(), nodes.size());
    std::int64_t* const to = copies_[column].data();
    for (std::size_t i = 0; i < nodes.size(); ++i) to[i] = of[nodes[i]];
    return {to, nodes.size()};
  }

 private:
  std::array<std::array<std::int64_t, size>, columns> copies_;
};

}  // namespace berth::scoring
