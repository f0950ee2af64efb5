#pragma once

#include <cstddef>
#include <unordered_set>
#include <vector>

/// The hashes of the last 4,096 things that were given up, so that one which comes back is known to recur. Two with one
/// hash are taken for one.
namespace berth::scoring {

class recently_gone {
 public:
  void add(std::size_t hash) {
    if (!there_.insert(hash).second) return;
    if (ring_.size() < capacity) {
      ring_.push_back(hash);
      return;
    }
    there_.erase(ring_[oldest_]);
    ring_[oldest_] = hash;
    oldest_ = (oldest_ + 1) % capacity;
  }
  bool contains(std::size_t hash) const { return there_.contains(hash); }

 private:
  static constexpr std::size_t capacity = 4096;
  std::unordered_set<std::size_t> there_;
  std::vector<std::size_t> ring_;
  std::size_t oldest_ = 0;
};

}  // namespace berth::scoring
