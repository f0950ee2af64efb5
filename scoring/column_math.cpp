#include "scoring/column_math.hpp"

#include <bit>
#include <cmath>
#include <cstddef>

// Each function twice, for processors with and without AVX2; which is chosen when the program starts. Sanitizers have not
// started by then.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__) && \
    !defined(__SANITIZE_ADDRESS__)
#define BERTH_VECTORS __attribute__((target_clones("avx2", "default")))
#else
#define BERTH_VECTORS
#endif

namespace berth::scoring {

namespace {

// 100 * 2^46 is below 2^53, the last whole number up to which doubles are dense.
constexpr int safe_bits = 46;

// x, 0 <= x < 2^52, as a double, by its bit pattern: there is no vector conversion from int64 below AVX-512.
inline double to_double(std::int64_t x) noexcept {
  constexpr double two52 = 4503599627370496.0;
  return std::bit_cast<double>(static_cast<std::uint64_t>(x) | std::bit_cast<std::uint64_t>(two52)) - two52;
}

inline std::uint64_t bits_of(std::int64_t x) noexcept { return static_cast<std::uint64_t>(x); }

// Whether every whole is above 0, and no number negative or of more than `safe_bits` bits.
inline bool for_doubles(const std::int64_t* used, std::int64_t plus, const std::int64_t* whole,
                        std::size_t n) noexcept {
  std::uint64_t bits = bits_of(plus);
  std::uint64_t zeros = 0;
  for (std::size_t i = 0; i < n; ++i) {
    bits |= bits_of(used[i]) | bits_of(whole[i]);
    zeros |= bits_of(whole[i]) - 1;  // the topmost bit of 0 - 1
  }
  return bits >> safe_bits == 0 && zeros >> 63 == 0;
}

}  // namespace

BERTH_VECTORS
bool add_shares(share_of what, std::span<const std::int64_t> used, std::int64_t plus,
                std::span<const std::int64_t> whole, std::int64_t weight, std::span<std::int64_t> sums) noexcept {
  const std::size_t n = sums.size();
  const std::int64_t* const u = used.data();
  const std::int64_t* const w = whole.data();
  std::int64_t* __restrict const s = sums.data();
  constexpr int weight_bits = 24;  // times 100 stays below 2^31
  if (!for_doubles(u, plus, w, n) || weight >> weight_bits != 0) return false;
  const auto times = static_cast<std::int32_t>(weight);
  const bool free = what == share_of::free;
  for (std::size_t i = 0; i < n; ++i) {
    const double all = to_double(w[i]);
    const double taken = to_double(u[i] + plus);
    const double most = taken < all ? taken : all;
    const double part = free ? all - most : most;
    s[i] += times * static_cast<std::int32_t>(part * 100.0 / all);
  }
  return true;
}

BERTH_VECTORS
bool evenness(const in_use& a, const in_use& b, std::span<std::int64_t> out) noexcept {
  const std::size_t n = out.size();
  const std::int64_t *const ua = a.used.data(), *const wa = a.whole.data();
  const std::int64_t *const ub = b.used.data(), *const wb = b.whole.data();
  std::int64_t* __restrict const o = out.data();
  const std::int64_t plus_a = a.plus, plus_b = b.plus;
  if (!for_doubles(ua, a.plus, wa, n) || !for_doubles(ub, b.plus, wb, n)) return false;
  for (std::size_t i = 0; i < n; ++i) {
    // min(used, whole) / whole is min(1, used / whole) for such numbers, and needs no jump.
    const double all_a = to_double(wa[i]), all_b = to_double(wb[i]);
    const double taken_a = to_double(ua[i] + plus_a), taken_b = to_double(ub[i] + plus_b);
    const double x = (taken_a < all_a ? taken_a : all_a) / all_a;
    const double y = (taken_b < all_b ? taken_b : all_b) / all_b;
    o[i] = static_cast<std::int32_t>((1 - std::abs((x - y) / 2)) * 100.0);
  }
  return true;
}

BERTH_VECTORS
void divide(std::span<std::int64_t> values, std::int64_t by) noexcept {
  if (by == 1) return;
  const std::size_t n = values.size();
  std::int64_t* const v = values.data();
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < n; ++i) bits |= bits_of(v[i]);
  if (bits >> 31 != 0 || by >> 31 != 0) {
    for (std::size_t i = 0; i < n; ++i) v[i] /= by;
    return;
  }
  const double divisor = static_cast<double>(by);
  for (std::size_t i = 0; i < n; ++i) v[i] = static_cast<std::int32_t>(to_double(v[i]) / divisor);
}

BERTH_VECTORS
std::uint64_t rows_that_lack(std::int64_t amount, std::span<const std::int64_t> whole,
                             std::span<const std::int64_t> used) noexcept {
  const std::int64_t* const w = whole.data();
  const std::int64_t* const u = used.data();
  std::uint64_t bits = 0;
  if (whole.size() == 64) {  // so that the loop has a length
    for (std::uint64_t i = 0; i < 64; ++i) bits |= std::uint64_t{amount > w[i] - u[i]} << i;
    return bits;
  }
  for (std::uint64_t i = 0; i < whole.size(); ++i) bits |= std::uint64_t{amount > w[i] - u[i]} << i;
  return bits;
}

BERTH_VECTORS
void add_rows(std::span<const std::uint8_t, 64> rows, std::int64_t weight, std::span<std::int64_t, 64> sums) noexcept {
  const std::uint8_t* const r = rows.data();
  std::int64_t* __restrict const s = sums.data();
  if (weight == 1)
    for (std::size_t i = 0; i < 64; ++i) s[i] += r[i];
  else
    for (std::size_t i = 0; i < 64; ++i) s[i] += weight * r[i];
}

BERTH_VECTORS
void add_scaled(std::span<const std::int64_t> rows, std::int64_t weight, std::span<std::int64_t> sums) noexcept {
  const std::int64_t* const r = rows.data();
  std::int64_t* __restrict const s = sums.data();
  const std::size_t n = sums.size();
  if (weight == 1)
    for (std::size_t i = 0; i < n; ++i) s[i] += r[i];
  else
    for (std::size_t i = 0; i < n; ++i) s[i] += weight * r[i];
}

BERTH_VECTORS
extent extent_of(std::span<const std::int64_t> rows) noexcept {
  const std::int64_t* const r = rows.data();
  extent found{r[0], r[0]};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    found.least = r[i] < found.least ? r[i] : found.least;
    found.most = r[i] > found.most ? r[i] : found.most;
  }
  return found;
}

BERTH_VECTORS
std::size_t count_of(std::int64_t value, std::span<const std::int64_t> rows) noexcept {
  const std::int64_t* const r = rows.data();
  std::size_t found = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) found += r[i] == value;
  return found;
}

BERTH_VECTORS
best_row find_best(std::span<const std::int64_t, 64> sums, std::uint64_t members) noexcept {
  const std::int64_t* const s = sums.data();
  if (members == ~std::uint64_t{0}) {  // the usual case, without a branch
    std::int64_t best = s[0];
    for (std::size_t i = 1; i < 64; ++i) best = s[i] > best ? s[i] : best;
    std::int64_t ties = 0;
    for (std::size_t i = 0; i < 64; ++i) ties += s[i] == best;
    return {best, static_cast<std::uint32_t>(ties)};
  }
  best_row found;
  for (; members != 0; members &= members - 1) {
    const std::int64_t sum = s[std::countr_zero(members)];
    if (found.ties != 0 && sum < found.best) continue;
    found.ties = found.ties != 0 && sum == found.best ? found.ties + 1 : 1;
    found.best = sum;
  }
  return found;
}

}  // namespace berth::scoring
