#pragma once

#include "scoring/node_set.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

/// How full nodes are and how evenly, as scores, for blocks of them at a time: exact to upstream's formulas over int64
/// and float64.
///
/// Integer division costs ten times a multiplication and cannot be vectorised. floor(a / b) of whole numbers is instead
/// (a + 0.5) * (1 / b) in doubles, cut off: that lies at least 0.5 / b away from any whole number, and the two
/// roundings move it by less than that while a is below 2^51. Larger numbers are left to the caller.
/// No -ffast-math, and no fused operation but where the result is shown to be the same, so that doubles are what Go
/// computes, with AVX2 (where the processor has it) as without.
///
/// The spans of one call are of one length.
namespace berth::scoring {

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
