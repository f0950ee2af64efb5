#pragma once

#include "scoring/column_math.hpp"

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>

/// One of the rows with the highest total, each equally likely: found by blocks, so that only the chosen row's block is
/// looked at again. Upstream: selectHost.
namespace berth::scoring {

struct drawn {
  std::size_t block = 0;
  std::size_t nth = 0;  ///< of the block's rows that have the best total, how many come before it
  std::int64_t best = 0;
};

/// `blocks` have at least one row between them.
drawn draw(std::span<const best_row> blocks, std::mt19937_64& random);

/// The position of the chosen row among `count` of them, above 0. `totals` are whole blocks of 64, whatever is beyond.
std::size_t draw(std::span<const std::int64_t> totals, std::size_t count, std::mt19937_64& random);

}  // namespace berth::scoring
