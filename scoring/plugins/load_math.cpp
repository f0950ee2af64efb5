#include "scoring/plugins/load_math.hpp"

#include "scoring/vector_clones.hpp"

#include <bit>
#include <cmath>

namespace berth::scoring {

namespace {

inline double lesser(double a, double b) noexcept { return a < b ? a : b; }

template <share_of what>
[[gnu::always_inline]] inline void add_shares_of(const load& of, std::int32_t weight,
                                                 std::span<std::int32_t> sums) noexcept {
  const std::size_t n = sums.size();
  const double* const used = of.used.data();
  const double* const whole = of.whole.data();
  const double* const inverse = of.inverse.data();
  const double plus = of.plus;
  std::int32_t* __restrict const s = sums.data();
  for (std::size_t i = 0; i < n; ++i) {
    const double taken = lesser(used[i] + plus, whole[i]);
    const double part = what == share_of::free ? whole[i] - taken : taken;
    s[i] += weight * static_cast<std::int32_t>((part * 100.0 + 0.5) * inverse[i]);
  }
}

}  // namespace

BERTH_VECTORS
void add_shares(share_of what, const load& of, std::int32_t weight, std::span<std::int32_t> sums) noexcept {
  what == share_of::free ? add_shares_of<share_of::free>(of, weight, sums)
                         : add_shares_of<share_of::used>(of, weight, sums);
}

BERTH_VECTORS
void divide(std::span<const std::int32_t> sums, std::int32_t by, std::span<std::uint8_t> out) noexcept {
  const std::size_t n = out.size();
  const std::int32_t* const s = sums.data();
  std::uint8_t* __restrict const o = out.data();
  if (const auto divisor = static_cast<std::uint32_t>(by); std::has_single_bit(divisor)) {
    const int places = std::countr_zero(divisor);
    for (std::size_t i = 0; i < n; ++i) o[i] = static_cast<std::uint8_t>(s[i] >> places);
    return;
  }
  const double inverse = 1.0 / by;
  for (std::size_t i = 0; i < n; ++i)
    o[i] = static_cast<std::uint8_t>(static_cast<std::int32_t>((s[i] + 0.5) * inverse));
}

namespace {

// part / whole as the processor divides, which is the slowest thing that it does.
struct divided {
  [[gnu::always_inline]] static double of(double part, double whole, double) noexcept { return part / whole; }
};

// The same double from 1 / whole, in a third of the time (P. Markstein, IBM Journal of Research 34, 1990). With q
// rounded twice, r is exact: a whole number of q's last places, and at most 2^45 of them. q + r / whole is then off by
// 2^-52 of a last place, and the quotient of numbers below 2^45 lies no nearer than 2^-46 of one to where rounding
// turns.
struct multiplied {
  [[gnu::always_inline]] static double of(double part, double whole, double inverse) noexcept {
    const double q = part * inverse;
    const double r = __builtin_fma(-q, whole, part);
    return __builtin_fma(r, inverse, q);
  }
};

template <class Quotient>
[[gnu::always_inline]] inline void average_evenness_by(const load& a, const load& b, std::span<const double> plus,
                                                       std::span<std::uint8_t> out) noexcept {
  const std::size_t n = out.size();
  const double *const ua = a.used.data(), *const wa = a.whole.data(), *const ia = a.inverse.data();
  const double *const ub = b.used.data(), *const wb = b.whole.data(), *const ib = b.inverse.data();
  const double plus_a = a.plus, plus_b = b.plus;
  const double* const p = plus.data();
  std::uint8_t* __restrict const o = out.data();
  for (std::size_t i = 0; i < n; ++i) {
    // min(used, whole) / whole is min(1, used / whole) for such numbers, and needs no jump.
    const double x = Quotient::of(lesser(ua[i] + plus_a, wa[i]), wa[i], ia[i]);
    const double y = Quotient::of(lesser(ub[i] + plus_b, wb[i]), wb[i], ib[i]);
    const auto even = static_cast<std::int32_t>((1 - std::abs((x - y) / 2)) * 100.0);
    o[i] = static_cast<std::uint8_t>(static_cast<std::int32_t>((p[i] + even) * 0.5));
  }
}

#ifdef BERTH_X86_CLONES
[[gnu::target("avx2,fma")]] void average_evenness_fused(const load& a, const load& b, std::span<const double> plus,
                                                        std::span<std::uint8_t> out) noexcept {
  average_evenness_by<multiplied>(a, b, plus, out);
}
#endif

}  // namespace

void average_evenness(const load& a, const load& b, std::span<const double> plus,
                      std::span<std::uint8_t> out) noexcept {
#ifdef BERTH_X86_CLONES
  static const bool fused = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (fused) return average_evenness_fused(a, b, plus, out);
#endif
  average_evenness_by<divided>(a, b, plus, out);
}

}  // namespace berth::scoring
