#include "scoring/node_set.hpp"

#include "scoring/column_math.hpp"

#include <algorithm>

namespace berth::scoring {

namespace {

constexpr std::size_t words_for(std::size_t universe) {
  return (universe + node_set::word_bits - 1) / node_set::word_bits;
}

// Writes the numbers of word `at` to `next`, and says where the following ones go. Most words are full.
node_id* append_members(node_set::word members, std::size_t at, node_id* next) noexcept {
  const auto first = static_cast<node_id>(at * node_set::word_bits);
  if (members == ~node_set::word{0}) {
    for (node_id i = 0; i < node_set::word_bits; ++i) next[i] = first + i;
    return next + node_set::word_bits;
  }
  for (; members != 0; members &= members - 1) *next++ = first + static_cast<node_id>(std::countr_zero(members));
  return next;
}

}  // namespace

node_set::node_set(std::size_t universe, bool full)
    : universe_(universe), words_(words_for(universe), full ? ~word{0} : 0) {
  if (full && universe % word_bits != 0) words_.back() = ~word{0} >> (word_bits - universe % word_bits);
}

void node_set::resize(std::size_t universe) {
  words_.resize(words_for(universe), 0);
  if (universe < universe_ && universe % word_bits != 0)
    words_.back() &= ~word{0} >> (word_bits - universe % word_bits);
  universe_ = universe;
}

void node_set::clear() noexcept { std::fill(words_.begin(), words_.end(), word{0}); }

std::size_t node_set::count() const noexcept { return count_bits(words_); }

bool node_set::empty() const noexcept {
  return std::all_of(words_.begin(), words_.end(), [](word w) { return w == 0; });
}

node_id node_set::first() const noexcept {
  for (std::size_t w = 0; w < words_.size(); ++w)
    if (words_[w] != 0)
      return static_cast<node_id>(w * word_bits + static_cast<std::size_t>(std::countr_zero(words_[w])));
  return no_node;
}

node_set& node_set::operator&=(const node_set& other) noexcept {
  for (std::size_t w = 0; w < words_.size(); ++w) words_[w] &= other.words_[w];
  return *this;
}

node_set& node_set::operator|=(const node_set& other) noexcept {
  for (std::size_t w = 0; w < words_.size(); ++w) words_[w] |= other.words_[w];
  return *this;
}

node_set& node_set::operator-=(const node_set& other) noexcept {
  for (std::size_t w = 0; w < words_.size(); ++w) words_[w] &= ~other.words_[w];
  return *this;
}

void node_set::list(std::vector<node_id>& out) const {
  out.resize(count());
  node_id* next = out.data();
  for (std::size_t w = 0; w < words_.size(); ++w) next = append_members(words_[w], w, next);
}

void node_set::list_without(const node_set& other, std::vector<node_id>& out) const {
  if (!any_bit_without(words_, other.words_)) return out.clear();
  out.clear();
  for (std::size_t w = 0; w < words_.size(); ++w) {
    const word rest = words_[w] & ~other.words_[w];
    if (rest == 0) continue;  // most: it is asked for after few changes
    const std::size_t before = out.size();
    out.resize(before + static_cast<std::size_t>(std::popcount(rest)));
    append_members(rest, w, out.data() + before);
  }
}

}  // namespace berth::scoring
