#pragma once

#include "k8s/clock.hpp"
#include "k8s/text/keyed_hash.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <utility>

namespace berth::controller {

/// Answers of an API server, each for a while: at most so many, and so many bytes of keys; the oldest go first. Lives
/// on one strand.
template <class Value>
class remembered {
 public:
  remembered(std::size_t most, std::size_t most_bytes) : most_(most), most_bytes_(most_bytes) {}

  const Value* find(const std::string& key, k8s::clock::time_point now) const {
    const auto at = entries_.find(key);
    return at == entries_.end() || now >= at->second.until ? nullptr : &at->second.value;
  }

  /// `how_long` of 0 keeps nothing; nor is kept what alone is more than there is room for.
  void keep(const std::string& key, Value value, k8s::clock::time_point now, std::chrono::nanoseconds how_long) {
    if (how_long.count() <= 0 || key.size() > most_bytes_) return;
    if (const auto there = entries_.find(key); there != entries_.end()) {
      there->second = {std::move(value), now + how_long};
      return;
    }
    while (!order_.empty() && (entries_.size() >= most_ || bytes_ + key.size() > most_bytes_)) drop_oldest();
    order_.push_back(key);
    bytes_ += key.size();
    entries_.emplace(key, entry{std::move(value), now + how_long});
  }

  std::size_t size() const noexcept { return entries_.size(); }
  std::size_t bytes() const noexcept { return bytes_; }

 private:
  struct entry {
    Value value;
    k8s::clock::time_point until;
  };

  void drop_oldest() {
    bytes_ -= order_.front().size();
    entries_.erase(order_.front());
    order_.pop_front();
  }

  std::size_t most_;
  std::size_t most_bytes_;
  std::size_t bytes_ = 0;
  std::deque<std::string> order_;
  k8s::text_map<entry> entries_;
};

}  // namespace berth::controller
