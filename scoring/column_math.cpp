#include "scoring/column_math.hpp"

#include <bit>
#include <cstddef>

namespace berth::scoring {

namespace {

// 100 * 2^46 is below 2^53, the last whole number up to which doubles are dense.
constexpr std::uint64_t safe_bits = 46;

// x below 2^52 as a double, by its bit pattern: there is no vector conversion from int64 below AVX-512.
double to_double(std::int64_t x) noexcept {
  constexpr double two52 = 4503599627370496.0;
  return std::bit_cast<double>(static_cast<std::uint64_t>(x) | std::bit_cast<std::uint64_t>(two52)) - two52;
}

}  // namespace

void percent(std::span<const std::int64_t> part, std::span<const std::int64_t> whole,
             std::span<std::int64_t> out) noexcept {
  const std::size_t n = out.size();
  const std::int64_t* const p = part.data();
  const std::int64_t* const w = whole.data();
  std::int64_t* const o = out.data();
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < n; ++i) bits |= static_cast<std::uint64_t>(p[i]) | static_cast<std::uint64_t>(w[i]);
  if (bits >> safe_bits != 0) {  // negative numbers too
    for (std::size_t i = 0; i < n; ++i) o[i] = w[i] == 0 ? 0 : percent(p[i], w[i]);
    return;
  }
  for (std::size_t i = 0; i < n; ++i) {
    const double divisor = to_double(w[i]);
    const double quotient = to_double(p[i]) * 100.0 / (divisor == 0.0 ? 1.0 : divisor);
    o[i] = divisor == 0.0 ? 0 : static_cast<std::int64_t>(quotient);
  }
}

}  // namespace berth::scoring
