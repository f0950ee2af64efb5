#include "scoring/column_math.hpp"

#include "scoring/vector_clones.hpp"

#include <bit>
#include <cstddef>

namespace berth::scoring {

namespace {

inline std::uint64_t bits_of(std::int64_t x) noexcept { return static_cast<std::uint64_t>(x); }

}  // namespace

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
narrowed narrow(std::span<const std::int64_t> from, std::int64_t most, std::span<std::uint8_t> to) noexcept {
  const std::size_t n = from.size();
  const std::int64_t* const f = from.data();
  std::uint8_t* __restrict const t = to.data();
  std::uint64_t any = 0;
  std::uint8_t largest = 0;
  for (std::size_t i = 0; i < n; ++i) {
    any |= bits_of(f[i]);
    t[i] = static_cast<std::uint8_t>(f[i]);
  }
  for (std::size_t i = 0; i < n; ++i) largest = t[i] > largest ? t[i] : largest;
  return {any >> 7 == 0 && largest <= most, any == 0};
}

BERTH_VECTORS
void add_widened(std::span<const std::uint16_t> rows, std::int64_t plus, std::span<std::int64_t> sums) noexcept {
  const std::uint16_t* const r = rows.data();
  std::int64_t* __restrict const s = sums.data();
  const std::size_t n = sums.size();
  for (std::size_t i = 0; i < n; ++i) s[i] += r[i] + plus;
}

BERTH_VECTORS
void add_scaled(std::span<const std::int64_t> rows, std::int64_t weight, std::span<std::int64_t> sums) noexcept {
  const std::int64_t* const r = rows.data();
  std::int64_t* __restrict const s = sums.data();
  const std::size_t n = sums.size();
  if (const auto w = static_cast<std::uint32_t>(weight); w == weight)  // one multiplication, and not three
    for (std::size_t i = 0; i < n; ++i)
      s[i] += static_cast<std::int64_t>(std::uint64_t{static_cast<std::uint32_t>(r[i])} * w);
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
std::uint8_t largest_of(std::span<const std::uint8_t> rows) noexcept {
  std::uint8_t largest = 0;
  for (const std::uint8_t row : rows) largest = row > largest ? row : largest;
  return largest;
}

BERTH_VECTORS
bool all_within(std::span<const std::int64_t> rows, std::int64_t most) noexcept {
  const std::int64_t* const r = rows.data();
  const std::uint64_t headroom = bits_of(127 - most);  // what is above `most` needs an eighth bit with it
  std::uint64_t beyond = 0;
  for (std::size_t i = 0, n = rows.size(); i < n; ++i) beyond |= bits_of(r[i]) | (bits_of(r[i]) + headroom);
  return beyond >> 7 == 0;
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
best_row add_up(std::span<const summand> columns, std::size_t first, std::uint64_t members,
                std::span<std::uint16_t, 64> sums) noexcept {
  std::uint16_t* __restrict const s = sums.data();
  for (std::size_t i = 0; i < 64; ++i) s[i] = 0;
  for (const summand& c : columns) {
    const std::uint8_t* const r = c.rows + first;
    for (std::size_t i = 0; i < 64; ++i) s[i] = static_cast<std::uint16_t>(s[i] + c.weight * r[i]);
  }
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
bool any_bit_without(std::span<const std::uint64_t> words, std::span<const std::uint64_t> other) noexcept {
  const std::size_t n = words.size();
  const std::uint64_t* const a = words.data();
  const std::uint64_t* const b = other.data();
  std::uint64_t found = 0;
  for (std::size_t i = 0; i < n; ++i) found |= a[i] & ~b[i];
  return found != 0;
}

}  // namespace berth::scoring
