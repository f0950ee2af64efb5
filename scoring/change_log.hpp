#pragma once

#include "scoring/node_set.hpp"

#include <cstdint>
#include <vector>

/// Which nodes changed, in order, as far back as a ring of fixed size remembers.
///
/// Lets any number of readers catch up, each from its own position, with the writer knowing none of them. Part of
/// `cluster`.
namespace berth::scoring {

class change_log {
 public:
  /// A reader further behind than this is better off looking at all nodes.
  static constexpr std::size_t capacity = 16384;

  change_log() : ring_(capacity) {}

  void add(node_id n) noexcept { ring_[position_++ % capacity] = n; }
  /// How many changes there have been, ever.
  std::uint64_t position() const noexcept { return position_; }

  /// Calls f(node_id) for each change from `since` on, oldest first; false, and no call, where the ring has lost some.
  template <class F>
  bool for_each_since(std::uint64_t since, F&& f) const {
    if (position_ - since > capacity) return false;
    for (std::uint64_t i = since; i != position_; ++i) f(ring_[i % capacity]);
    return true;
  }

 private:
  std::vector<node_id> ring_;
  std::uint64_t position_ = 0;
};

}  // namespace berth::scoring
