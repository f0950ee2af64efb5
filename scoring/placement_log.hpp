#pragma once

#include "k8s/api/pod.hpp"

#include <cstdint>
#include <memory>
#include <vector>

/// Which pods were placed and removed, in order, as far back as a ring of fixed size remembers: for a reader
/// that keeps a count of pods, so that it need not count them all in every cycle. Part of `cluster`; the counterpart of change_log.
namespace berth::scoring {

class placement_log {
 public:
  /// A reader further behind than this counts anew.
  static constexpr std::size_t capacity = 4096;

  placement_log() : ring_(capacity), identity_(std::make_shared<char>()) {}

  void add(std::shared_ptr<const k8s::pod_spec> spec, bool placed) {
    ring_[position_++ % capacity] = {std::move(spec), placed};
  }
  /// How many changes there have been, ever.
  std::uint64_t position() const noexcept { return position_; }
  /// Tells this log from any other, also from one at the same address later.
  const std::shared_ptr<const void>& identity() const noexcept { return identity_; }

  /// Calls f(const k8s::pod_spec&, bool placed) for each change from `since` on, oldest first; false, and no call,
  /// where the ring has lost some.
  template <class F>
  bool for_each_since(std::uint64_t since, F&& f) const {
    if (position_ - since > capacity) return false;
    for (std::uint64_t i = since; i != position_; ++i) f(*ring_[i % capacity].spec, ring_[i % capacity].placed);
    return true;
  }

 private:
  struct change {
    std::shared_ptr<const k8s::pod_spec> spec;
    bool placed = false;
  };
  std::vector<change> ring_;
  std::shared_ptr<const void> identity_;
  std::uint64_t position_ = 0;
};

}  // namespace berth::scoring
