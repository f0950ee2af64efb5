#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

/// Numbers of nodes, and sets of them as bits.
namespace berth::scoring {

/// A node's dense number: a row of every column in `cluster`. Numbers of removed nodes are given out again.
using node_id = std::uint32_t;
inline constexpr node_id no_node = static_cast<node_id>(-1);

/// A set of node numbers below `universe()`. Iterates in ascending order. Two sets that are combined have one universe.
///
/// Invariant: bits at and beyond `universe()` are 0, so that counting and comparing need no mask. 100,000 nodes
/// are 12.5 kB.
class node_set {
 public:
  using word = std::uint64_t;
  static constexpr std::size_t word_bits = 64;

  node_set() = default;
  explicit node_set(std::size_t universe, bool full = false);

  std::size_t universe() const noexcept { return universe_; }
  /// Grows (new numbers are absent) or shrinks.
  void resize(std::size_t universe);

  bool contains(node_id n) const noexcept {
    return n < universe_ && (words_[n / word_bits] >> (n % word_bits) & 1) != 0;
  }
  /// n is below universe().
  void insert(node_id n) noexcept { words_[n / word_bits] |= word{1} << (n % word_bits); }
  void erase(node_id n) noexcept { words_[n / word_bits] &= ~(word{1} << (n % word_bits)); }
  void clear() noexcept;
  std::size_t count() const noexcept;
  bool empty() const noexcept;
  /// The smallest member, or no_node.
  node_id first() const noexcept;

  node_set& operator&=(const node_set& other) noexcept;
  node_set& operator|=(const node_set& other) noexcept;
  node_set& operator-=(const node_set& other) noexcept;
  bool operator==(const node_set&) const = default;

  /// Word w holds the numbers 64w to 64w+63. For loops that want a block of rows at a time.
  std::span<const word> words() const noexcept { return words_; }

  /// Calls f(node_id) for each member, ascending. f may erase the member it is given.
  template <class F>
  void for_each(F&& f) const {
    const word* const words = words_.data();
    for (std::size_t w = 0, end = words_.size(); w < end; ++w)
      for (word rest = words[w]; rest != 0; rest &= rest - 1)
        f(static_cast<node_id>(w * word_bits + static_cast<std::size_t>(std::countr_zero(rest))));
  }

  /// The members, ascending, in place of what `out` held.
  void list(std::vector<node_id>& out) const;
  /// The same of those that `other` does not have.
  void list_without(const node_set& other, std::vector<node_id>& out) const;

 private:
  std::size_t universe_ = 0;
  std::vector<word> words_;
};

}  // namespace berth::scoring
