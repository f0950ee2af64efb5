#pragma once

#include "k8s/api/object_bytes.hpp"
#include "scoring/pod_info.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>

/// What a plugin has worked out for pods of one spec, kept until something that it rests on changes.
///
/// Owned by a plugin, on the cluster's strand. Holds up to twice `most` plans, and up to twice `most_bytes` of specs,
/// for a spec lives as long as its plan: when as many new ones have come, those that were not asked for meanwhile are
/// dropped.
namespace berth::scoring {

template <class Plan>
class plan_cache {
 public:
  static constexpr std::size_t most = 1024;
  static constexpr std::size_t most_bytes = 8 << 20;
  /// Generations of what a plan rests on.
  using stamp = std::array<std::uint64_t, 3>;

  /// The plan for this spec, as `make()` makes it where there is none yet. `of` tells which cluster it is about.
  template <class Make>
  std::shared_ptr<const Plan> find(const pod_info& pod, const std::shared_ptr<const void>& of, const stamp& now,
                                   Make&& make) {
    if (of_.lock() != of) {
      young_.clear();
      old_.clear();
      bytes_ = 0;
      of_ = of;
    }
    const k8s::pod_spec* key = pod.pod->spec.get();
    auto there = young_.find(key);
    if (there == young_.end()) {
      entry found;
      if (const auto before = old_.find(key); before != old_.end()) {
        found = std::move(before->second);
        old_.erase(before);
      }
      if (young_.size() >= most || bytes_ >= most_bytes) {
        old_ = std::move(young_);
        young_.clear();
        bytes_ = 0;
      }
      bytes_ += k8s::bytes_of(*key);
      there = young_.emplace(key, std::move(found)).first;
    }
    entry& e = there->second;
    if (e.plan == nullptr || e.at != now) e = {pod.pod->spec, make(), now};
    return e.plan;
  }

 private:
  struct entry {
    std::shared_ptr<const k8s::pod_spec> spec;  ///< so that no other spec gets its address
    std::shared_ptr<const Plan> plan;
    stamp at{};
  };
  std::unordered_map<const k8s::pod_spec*, entry> young_;
  std::unordered_map<const k8s::pod_spec*, entry> old_;
  std::size_t bytes_ = 0;  ///< of the specs in young_
  std::weak_ptr<const void> of_;
};

}  // namespace berth::scoring
