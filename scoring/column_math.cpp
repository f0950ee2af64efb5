#include "scoring/column_math.hpp"

#include <bit>
#include <cstddef>

namespace berth::scoring {

namespace {

// 100 * 2^46 is below 2^53, the last whole number up to which doubles are dense.
constexpr int safe_bits = 46;

// x, 0 <= x < 2^52, as a double, by its bit pattern: there is no vector conversion from int64 below AVX-512.
double to_double(std::int64_t x) noexcept {
  constexpr double two52 = 4503599627370496.0;
  return std::bit_cast<double>(static_cast<std::uint64_t>(x) | std::bit_cast<std::uint64_t>(two52)) - two52;
}

// Whether no row is negative or needs more than `safe_bits` bits.
bool all_small(const std::int64_t* a, const std::int64_t* b, std::size_t n) noexcept {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < n; ++i) bits |= static_cast<std::uint64_t>(a[i]) | static_cast<std::uint64_t>(b[i]);
  return bits >> safe_bits == 0;
}

}  // namespace

void percent(std::span<const std::int64_t> part, std::span<const std::int64_t> whole,
             std::span<std::int64_t> out) noexcept {
  const std::size_t n = out.size();
  const std::int64_t* const p = part.data();
  const std::int64_t* const w = whole.data();
  std::int64_t* const o = out.data();
  if (!all_small(p, w, n)) {
    for (std::size_t i = 0; i < n; ++i) o[i] = w[i] == 0 ? 0 : percent(p[i], w[i]);
    return;
  }
  for (std::size_t i = 0; i < n; ++i) {
    const double divisor = to_double(w[i]);
    const double quotient = to_double(p[i]) * 100.0 / (divisor == 0.0 ? 1.0 : divisor);
    o[i] = divisor == 0.0 ? 0 : static_cast<std::int64_t>(quotient);
  }
}

void fractions(std::span<const std::int64_t> part, std::span<const std::int64_t> whole,
               std::span<double> out) noexcept {
  const std::size_t n = out.size();
  const std::int64_t* const p = part.data();
  const std::int64_t* const w = whole.data();
  double* const o = out.data();
  const bool small = all_small(p, w, n);
  for (std::size_t i = 0; small && i < n; ++i) o[i] = to_double(p[i]) / to_double(w[i]);
  for (std::size_t i = 0; !small && i < n; ++i) o[i] = static_cast<double>(p[i]) / static_cast<double>(w[i]);
  for (std::size_t i = 0; i < n; ++i) o[i] = o[i] < 1.0 ? o[i] : 1.0;
}

void divide(std::span<std::int64_t> values, std::int64_t by) noexcept {
  if (by == 1) return;
  const std::size_t n = values.size();
  std::int64_t* const v = values.data();
  if (!all_small(v, v, n) || by >> safe_bits != 0) {
    for (std::size_t i = 0; i < n; ++i) v[i] /= by;
    return;
  }
  const double divisor = to_double(by);
  for (std::size_t i = 0; i < n; ++i) v[i] = static_cast<std::int64_t>(to_double(v[i]) / divisor);
}

void gather(std::span<const std::int64_t> column, std::span<const node_id> nodes, std::int64_t plus,
            std::span<std::int64_t> out) noexcept {
  const std::size_t n = nodes.size();
  if (n == 0) return;
  const std::int64_t* const c = column.data();
  const node_id* const at = nodes.data();
  std::int64_t* const o = out.data();
  if (at[n - 1] - at[0] + 1 == n) {  // neighbours
    const std::int64_t* const from = c + at[0];
    for (std::size_t i = 0; i < n; ++i) o[i] = from[i] + plus;
    return;
  }
  for (std::size_t i = 0; i < n; ++i) o[i] = c[at[i]] + plus;
}

}  // namespace berth::scoring
