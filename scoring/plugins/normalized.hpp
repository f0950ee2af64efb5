#pragma once

#include <cstdint>
#include <span>
#include <vector>

/// NormalizeScore of plugins whose scores take few values: what a score becomes is worked out once for each value.
namespace berth::scoring {

/// Replaces each score s by of(s), which says 0 or more. All scores are in low..high.
template <class Of>
void replace_each(std::span<std::int64_t> scores, std::int64_t low, std::int64_t high, Of&& of) {
  // Where the difference overflows, it is a large number too.
  const std::uint64_t values = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
  if (values == 0 || values > scores.size()) {
    for (std::int64_t& s : scores) s = of(s);
    return;
  }
  constexpr std::int64_t unknown = -1;
  std::vector<std::int64_t> list(values, unknown);
  std::int64_t* const found = list.data();
  for (std::int64_t& s : scores) {
    std::int64_t& is = found[static_cast<std::uint64_t>(s) - static_cast<std::uint64_t>(low)];
    if (is == unknown) is = of(s);
    s = is;
  }
}

}  // namespace berth::scoring
