#pragma once

#include "k8s/api/pod.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

/// Which pods were placed and removed, in order, as far back as a ring of fixed size remembers: for a reader
/// that keeps a count of pods, so that it need not count them all in every cycle. Part of `cluster`; the counterpart of
/// change_log.
///
/// It keeps the specs of pods that may be gone: so many, no more than so many bytes of them, and of no more pods than
/// are placed, since whoever is further behind than that has less to do when it counts those.
namespace berth::scoring {

class placement_log {
 public:
  /// A reader further behind than this counts anew.
  static constexpr std::size_t capacity = 4096;
  static constexpr std::size_t least = 64;
  static constexpr std::size_t most_bytes = std::size_t{16} << 20;

  placement_log() : ring_(capacity), identity_(std::make_shared<char>()) {}

  /// `bytes`: about what the spec takes. `all` pods are placed now.
  void add(std::shared_ptr<const k8s::pod_spec> spec, std::size_t bytes, bool placed, std::size_t all) {
    const std::size_t most = std::clamp(all, least, capacity);
    while (position_ - first_ >= most) drop_first();
    ring_[position_++ % capacity] = {std::move(spec), bytes, placed};
    bytes_ += bytes;
    while (bytes_ > most_bytes) drop_first();
  }
  /// How many changes there have been, ever.
  std::uint64_t position() const noexcept { return position_; }
  /// About what the specs that are kept take.
  std::size_t bytes() const noexcept { return bytes_; }
  /// Tells this log from any other, also from one at the same address later.
  const std::shared_ptr<const void>& identity() const noexcept { return identity_; }

  /// Calls f(const k8s::pod_spec&, bool placed) for each change from `since` on, oldest first; false, and no call,
  /// where the ring has lost some.
  template <class F>
  bool for_each_since(std::uint64_t since, F&& f) const {
    if (since < first_ || since > position_) return false;
    for (std::uint64_t i = since; i != position_; ++i) f(*ring_[i % capacity].spec, ring_[i % capacity].placed);
    return true;
  }

 private:
  void drop_first() {
    change& oldest = ring_[first_++ % capacity];
    bytes_ -= oldest.bytes;
    oldest = {};
  }

  struct change {
    std::shared_ptr<const k8s::pod_spec> spec;
    std::size_t bytes = 0;
    bool placed = false;
  };
  std::vector<change> ring_;
  std::shared_ptr<const void> identity_;
  std::uint64_t first_ = 0;  ///< the oldest that is kept
  std::uint64_t position_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace berth::scoring
