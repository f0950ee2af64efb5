#include "scoring/column_math.hpp"

#include <bit>
#include <cmath>
#include <cstddef>

// Each function twice, for processors with and without AVX2; which is chosen when the program starts. Sanitizers have
// not started by then.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__) && \
    !defined(__SANITIZE_ADDRESS__)
#define BERTH_VECTORS __attribute__((target_clones("avx2", "default")))
#else
#define BERTH_VECTORS
#endif

namespace berth::scoring {

namespace {

// 100 * 2^44 is below 2^51: see column_math.hpp.
constexpr int safe_bits = 44;

inline std::uint64_t bits_of(std::int64_t x) noexcept { return static_cast<std::uint64_t>(x); }

// x below 2^52 as a double, by its bit pattern: there is no vector conversion from int64 below AVX-512. Of a row that
// is not for doubles it is something smaller than x, so that its share is still one from 0 to 100.
inline double to_double(std::uint64_t x) noexcept {
  constexpr double two52 = 4503599627370496.0;
  constexpr std::uint64_t kept = (std::uint64_t{1} << 52) - 1;
  return std::bit_cast<double>((x & kept) | std::bit_cast<std::uint64_t>(two52)) - two52;
}

// The same of a whole; 1 for 0, which is not for doubles.
inline double to_divisor(std::int64_t whole) noexcept { return to_double(bits_of(whole) + (whole == 0 ? 1 : 0)); }

// What shows that a row is not for doubles, gathered over all rows: a whole of 0, a negative number, one of more than
// `safe_bits` bits.
struct suspects {
  std::uint64_t bits = 0;
  std::uint64_t zeros = 0;

  void see(std::int64_t taken, std::int64_t whole) noexcept {
    bits |= bits_of(taken) | bits_of(whole);
    zeros |= bits_of(whole) - 1;  // the topmost bit of 0 - 1
  }
  bool none() const noexcept { return bits >> safe_bits == 0 && zeros >> 63 == 0; }
};

}  // namespace

double inverse_of(std::int64_t whole) noexcept { return whole > 0 ? 1.0 / static_cast<double>(whole) : 0.0; }

BERTH_VECTORS
bool add_shares(share_of what, std::span<const std::int64_t> used, std::int64_t plus, const divisors& of,
                std::int64_t weight, std::span<std::int64_t> sums) noexcept {
  const std::size_t n = sums.size();
  const std::int64_t* const u = used.data();
  const std::int64_t* const w = of.whole.data();
  const double* const inverse = of.inverse.data();
  std::int64_t* __restrict const s = sums.data();
  constexpr int weight_bits = 24;  // times 100 stays below 2^31
  if (weight >> weight_bits != 0 || plus >> safe_bits != 0) return false;
  const auto times = static_cast<std::int32_t>(weight);
  const bool free = what == share_of::free;
  suspects seen;
  for (std::size_t i = 0; i < n; ++i) {
    seen.see(u[i], w[i]);
    const double all = to_double(bits_of(w[i]));
    const double taken = to_double(bits_of(u[i]) + bits_of(plus));
    const double most = taken < all ? taken : all;
    const double part = free ? all - most : most;
    s[i] += times * static_cast<std::int32_t>((part * 100.0 + 0.5) * inverse[i]);
  }
  return seen.none();
}

BERTH_VECTORS
bool evenness(const in_use& a, const in_use& b, std::span<std::int64_t> out) noexcept {
  const std::size_t n = out.size();
  const std::int64_t *const ua = a.used.data(), *const wa = a.whole.data();
  const std::int64_t *const ub = b.used.data(), *const wb = b.whole.data();
  std::int64_t* __restrict const o = out.data();
  const std::int64_t plus_a = a.plus, plus_b = b.plus;
  if (plus_a >> safe_bits != 0 || plus_b >> safe_bits != 0) return false;
  suspects seen;
  for (std::size_t i = 0; i < n; ++i) {
    seen.see(ua[i], wa[i]);
    seen.see(ub[i], wb[i]);
    // min(used, whole) / whole is min(1, used / whole) for such numbers, and needs no jump.
    const double all_a = to_divisor(wa[i]), all_b = to_divisor(wb[i]);
    const double taken_a = to_double(bits_of(ua[i]) + bits_of(plus_a));
    const double taken_b = to_double(bits_of(ub[i]) + bits_of(plus_b));
    const double x = (taken_a < all_a ? taken_a : all_a) / all_a;
    const double y = (taken_b < all_b ? taken_b : all_b) / all_b;
    o[i] = static_cast<std::int32_t>((1 - std::abs((x - y) / 2)) * 100.0);
  }
  return seen.none();
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
  const double inverse = inverse_of(by);
  for (std::size_t i = 0; i < n; ++i) v[i] = static_cast<std::int32_t>((to_double(bits_of(v[i])) + 0.5) * inverse);
}

BERTH_VECTORS
std::uint64_t rows_that_lack(std::int64_t amount, std::span<const std::int64_t> whole,
                             std::span<const std::int64_t> used) noexcept {
  const std::int64_t* const w = whole.data();
  const std::int64_t* const u = used.data();
  if (whole.size() == 64) {  // so that the loop has a length
    std::uint64_t any = 0;   // most blocks have no such row
    for (std::size_t i = 0; i < 64; ++i) any |= std::uint64_t{amount > w[i] - u[i]};
    if (any == 0) return 0;
  }
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < whole.size(); ++i) bits |= std::uint64_t{amount > w[i] - u[i]} << i;
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
void add_rows(std::span<const std::uint8_t, 64> rows, std::uint16_t weight,
              std::span<std::uint16_t, 64> sums) noexcept {
  const std::uint8_t* const r = rows.data();
  std::uint16_t* __restrict const s = sums.data();
  for (std::size_t i = 0; i < 64; ++i) s[i] = static_cast<std::uint16_t>(s[i] + weight * r[i]);
}

BERTH_VECTORS
void widen(std::span<const std::uint16_t, 64> sums, std::int64_t plus, std::span<std::int64_t, 64> wide) noexcept {
  const std::uint16_t* const s = sums.data();
  std::int64_t* __restrict const w = wide.data();
  for (std::size_t i = 0; i < 64; ++i) w[i] = s[i] + plus;
}

BERTH_VECTORS
narrowed narrow(std::span<const std::int64_t> from, std::int64_t most, std::span<std::uint8_t> to) noexcept {
  const std::size_t n = from.size();
  const std::int64_t* const f = from.data();
  std::uint8_t* __restrict const t = to.data();
  const std::uint64_t headroom = bits_of(127 - most);  // a value above `most` needs an eighth bit with it
  std::uint64_t any = 0, beyond = 0;
  for (std::size_t i = 0; i < n; ++i) {
    any |= bits_of(f[i]);
    beyond |= bits_of(f[i]) + headroom;
    t[i] = static_cast<std::uint8_t>(f[i]);
  }
  return {(any | beyond) >> 7 == 0, any == 0};
}

BERTH_VECTORS
void halve_gains(std::span<const std::uint8_t> before, std::int64_t plus, std::span<std::int64_t> scores) noexcept {
  const std::uint8_t* const b = before.data();
  std::int64_t* __restrict const s = scores.data();
  const std::size_t n = scores.size();
  for (std::size_t i = 0; i < n; ++i) s[i] = static_cast<std::int64_t>(bits_of(plus + s[i] - b[i]) / 2);
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

namespace {

// Of the members alone.
template <class Sum>
best_row best_member(const Sum* s, std::uint64_t members) noexcept {
  best_row found;
  for (; members != 0; members &= members - 1) {
    const std::int64_t sum = s[std::countr_zero(members)];
    if (found.ties != 0 && sum < found.best) continue;
    found.ties = found.ties != 0 && sum == found.best ? found.ties + 1 : 1;
    found.best = sum;
  }
  return found;
}

}  // namespace

BERTH_VECTORS
best_row find_best(std::span<const std::int64_t, 64> sums, std::uint64_t members) noexcept {
  const std::int64_t* const s = sums.data();
  if (members != ~std::uint64_t{0}) return best_member(s, members);
  std::int64_t best = s[0];  // the usual case, without a branch
  for (std::size_t i = 1; i < 64; ++i) best = s[i] > best ? s[i] : best;
  std::int64_t ties = 0;
  for (std::size_t i = 0; i < 64; ++i) ties += s[i] == best;
  return {best, static_cast<std::uint32_t>(ties)};
}

BERTH_VECTORS
best_row find_best(std::span<const std::uint16_t, 64> sums, std::uint64_t members) noexcept {
  const std::uint16_t* const s = sums.data();
  if (members != ~std::uint64_t{0}) return best_member(s, members);
  std::uint16_t best = s[0];
  for (std::size_t i = 1; i < 64; ++i) best = s[i] > best ? s[i] : best;
  std::uint16_t ties = 0;
  for (std::size_t i = 0; i < 64; ++i) ties = static_cast<std::uint16_t>(ties + (s[i] == best ? 1 : 0));
  return {best, ties};
}

BERTH_VECTORS
std::size_t count_bits(std::span<const std::uint64_t> words) noexcept {
  std::size_t n = 0;
  for (const std::uint64_t w : words) n += static_cast<std::size_t>(std::popcount(w));
  return n;
}

BERTH_VECTORS
std::size_t count_bits_without(std::span<const std::uint64_t> words, std::span<const std::uint64_t> other) noexcept {
  std::size_t n = 0;
  for (std::size_t i = 0; i < words.size(); ++i) n += static_cast<std::size_t>(std::popcount(words[i] & ~other[i]));
  return n;
}

BERTH_VECTORS
bool any_bit_without(std::span<const std::uint64_t> words, std::span<const std::uint64_t> other) noexcept {
  const std::size_t n = words.size();
  const std::uint64_t* const a = words.data();
  const std::uint64_t* const b = other.data();
  std::uint64_t found = 0;
  for (std::size_t i = 0; i < n; ++i) found |= a[i] & ~b[i];
  return found != 0;
}

}  // namespace berth::scoring
