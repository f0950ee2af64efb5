#include "test/simulation/shrink.hpp"

#include <algorithm>
#include <numeric>

namespace berth::simulation {

plan with_only(const plan& p, const std::vector<std::size_t>& kept) {
  plan smaller = p;
  smaller.operations.clear();
  for (const std::size_t i : kept)
    if (i < p.operations.size()) smaller.operations.push_back(p.operations[i]);
  return smaller;
}

bool violates(const outcome& o, const std::string& property) {
  return std::ranges::any_of(o.violations, [&](const violation& v) { return v.property == property; });
}

/// Leaves out runs of operations, at first long ones: Zeller's delta debugging, the simple half of it.
std::vector<std::size_t> shrink(const plan& p, const std::string& property, std::size_t most_tries) {
  std::vector<std::size_t> kept(p.operations.size());
  std::iota(kept.begin(), kept.end(), std::size_t{0});
  std::size_t tries = 0;
  for (std::size_t length = std::max<std::size_t>(kept.size() / 2, 1);; length /= 2) {
    for (std::size_t from = 0; from < kept.size() && tries < most_tries;) {
      std::vector<std::size_t> fewer = kept;
      const auto begin = fewer.begin() + static_cast<std::ptrdiff_t>(from);
      fewer.erase(begin, begin + static_cast<std::ptrdiff_t>(std::min(length, fewer.size() - from)));
      ++tries;
      if (violates(run(with_only(p, fewer)), property))
        kept = std::move(fewer);
      else
        from += length;
    }
    if (length == 1) return kept;
  }
}

}  // namespace berth::simulation
