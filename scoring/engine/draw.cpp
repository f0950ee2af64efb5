#include "scoring/engine/draw.hpp"

#include "scoring/node_set.hpp"

#include <limits>
#include <vector>

namespace berth::scoring {

drawn draw(std::span<const best_row> blocks, std::mt19937_64& random) {
  std::int64_t best = std::numeric_limits<std::int64_t>::min();
  std::size_t ties = 0;
  for (const best_row& b : blocks) {
    if (b.ties == 0 || b.best < best) continue;
    ties = b.best == best ? ties + b.ties : b.ties;
    best = b.best;
  }
  drawn one{0, std::uniform_int_distribution<std::size_t>(0, ties - 1)(random), best};
  for (;; ++one.block) {
    const best_row& b = blocks[one.block];
    if (b.ties == 0 || b.best != best) continue;
    if (one.nth < b.ties) return one;
    one.nth -= b.ties;
  }
}

std::size_t draw(std::span<const std::int64_t> totals, std::size_t count, std::mt19937_64& random) {
  constexpr std::size_t size = node_set::word_bits;
  std::vector<best_row> blocks;
  blocks.reserve(totals.size() / size);
  for (std::size_t first = 0; first < count; first += size) {
    const std::size_t rows = count - first;
    const std::uint64_t members = rows < size ? (std::uint64_t{1} << rows) - 1 : ~std::uint64_t{0};
    blocks.push_back(find_best(totals.subspan(first).first<size>(), members));
  }
  drawn one = draw(blocks, random);
  for (std::size_t i = one.block * size;; ++i)
    if (totals[i] == one.best && one.nth-- == 0) return i;
}

}  // namespace berth::scoring
