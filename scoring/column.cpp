#include "scoring/column.hpp"

#include "k8s/text/keyed_hash.hpp"
#include "scoring/column_math.hpp"

#include <algorithm>

namespace berth::scoring {

namespace {

// Below this many, comparing with each is faster than hashing.
constexpr std::size_t short_list = 16;

std::size_t hash_of(const status& s) {
  k8s::keyed_hash h;
  h.add(static_cast<std::uint64_t>(s.what));
  for (const std::string& reason : s.reasons) h.add(reason);
  return h.done();
}

}  // namespace

refusal_id refusals::intern(const status& s) {
  const auto remember = [&](std::size_t hash, refusal_id id) { by_hash_.emplace(hash, id); };
  if (list_.size() <= short_list) {
    const auto there = std::find(list_.begin() + 1, list_.end(), s);
    if (there != list_.end()) return static_cast<refusal_id>(there - list_.begin());
    list_.push_back(s);
    if (list_.size() > short_list)
      for (refusal_id id = 1; id < list_.size(); ++id) remember(hash_of(list_[id]), id);
    return static_cast<refusal_id>(list_.size() - 1);
  }
  const std::size_t hash = hash_of(s);
  const auto [first, last] = by_hash_.equal_range(hash);
  for (auto i = first; i != last; ++i)
    if (list_[i->second] == s) return i->second;
  list_.push_back(s);
  remember(hash, static_cast<refusal_id>(list_.size() - 1));
  return static_cast<refusal_id>(list_.size() - 1);
}

refusal_id filter_column::reason(status s) {
  s.plugin = plugin_;
  return table_.intern(s);
}

void filter_column::refuse(const node_set& these, refusal_id why) {
  for (std::size_t w = 0; w < alive_.words().size(); ++w) refuse_bits(w, alive_.words()[w] & these.words()[w], why);
}

void filter_column::keep_only(const node_set& these, refusal_id why) {
  for (std::size_t w = 0; w < alive_.words().size(); ++w) refuse_bits(w, alive_.words()[w] & ~these.words()[w], why);
}

void filter_column::refuse_bits(std::size_t at, node_set::word bits, refusal_id why) noexcept {
  for (; bits != 0; bits &= bits - 1)
    refuse(static_cast<node_id>(at * node_set::word_bits + static_cast<std::size_t>(std::countr_zero(bits))), why);
}

void default_normalize(std::span<std::int64_t> scores, bool reverse) {
  std::int64_t largest = 0;
  for (const std::int64_t s : scores) largest = std::max(largest, s);
  if (largest == 0) {
    if (reverse) std::fill(scores.begin(), scores.end(), max_node_score);
    return;
  }
  for (std::int64_t& s : scores) {
    s = percent(s, largest);
    if (reverse) s = max_node_score - s;
  }
}

}  // namespace berth::scoring
