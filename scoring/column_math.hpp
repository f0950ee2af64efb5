#pragma once

#include "scoring/node_set.hpp"

#include <cstdint>
#include <span>

/// Arithmetic of whole columns, exact to upstream's formulas over int64 and float64.
///
/// Integer division costs ten times a multiplication and cannot be vectorised; division of doubles can, and is exact
/// here: for whole numbers a, b below 2^53 the rounded quotient a/b never reaches the next whole number, so cutting it
/// off is floor(a/b). Rows whose numbers are too large for that are done in 128 bits. No -ffast-math anywhere, so that
/// doubles are what Go computes.
///
/// The spans of one call are of one length; `out` may be one of the inputs.
namespace berth::scoring {

/// part * 100 / whole, cut towards zero, as upstream computes shares; whole is not 0. Exact for all that does not
/// overflow upstream's int64, and right where that would overflow.
constexpr std::int64_t percent(std::int64_t part, std::int64_t whole) noexcept {
  constexpr std::int64_t safe = std::int64_t{1} << 56;  // times 100 stays below 2^63
  if (part < safe && part > -safe) return part * 100 / whole;
  return static_cast<std::int64_t>(static_cast<__int128>(part) * 100 / whole);
}

/// out[i] = percent(part[i], whole[i]), and 0 where whole[i] is 0.
void percent(std::span<const std::int64_t> part, std::span<const std::int64_t> whole,
             std::span<std::int64_t> out) noexcept;

/// out[i] = min(1, part[i] / whole[i]); whole[i] is not 0.
void fractions(std::span<const std::int64_t> part, std::span<const std::int64_t> whole, std::span<double> out) noexcept;

/// values[i] /= by, cut towards zero; by > 0.
void divide(std::span<std::int64_t> values, std::int64_t by) noexcept;

/// out[i] = column[nodes[i]] + plus.
void gather(std::span<const std::int64_t> column, std::span<const node_id> nodes, std::int64_t plus,
            std::span<std::int64_t> out) noexcept;

}  // namespace berth::scoring
