#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

/// Numbers of nodes, and sets of them as bits.
namespace berth::scoring {

/// A node's dense number: a row of every column in `cluster`. Numbers of removed nodes are given out again.
using node_id = std::uint32_t;
inline constexpr node_id no_node = static_cast<node_id>(-1);

/// A set of node numbers below `universe()`. Iterates in ascending order. Two sets that are combined have one universe.
class node_set {
 public:
  node_set() = default;
  explicit node_set(std::size_t universe, bool full = false);

  std::size_t universe() const noexcept { return universe_; }
  /// Grows (new numbers are absent) or shrinks.
  void resize(std::size_t universe);

  bool contains(node_id n) const noexcept { return n < universe_ && (words_[n / 64] >> (n % 64) & 1) != 0; }
  void insert(node_id n) noexcept { words_[n / 64] |= std::uint64_t{1} << (n % 64); }
  void erase(node_id n) noexcept { words_[n / 64] &= ~(std::uint64_t{1} << (n % 64)); }
  void clear() noexcept;
  std::size_t count() const noexcept;
  bool empty() const noexcept;

  node_set& operator&=(const node_set& other) noexcept;
  node_set& operator|=(const node_set& other) noexcept;
  node_set& operator-=(const node_set& other) noexcept;
  bool operator==(const node_set&) const = default;

  /// Calls f(node_id) for each member, ascending. f may erase the member it is given.
  template <class F>
  void for_each(F&& f) const {
    for (std::size_t w = 0; w < words_.size(); ++w)
      for (std::uint64_t rest = words_[w]; rest != 0; rest &= rest - 1)
        f(static_cast<node_id>(w * 64 + static_cast<std::size_t>(std::countr_zero(rest))));
  }

 private:
  std::size_t universe_ = 0;
  std::vector<std::uint64_t> words_;
};

}  // namespace berth::scoring
