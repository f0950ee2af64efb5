#pragma once

#include "k8s/api/pod.hpp"
#include "scoring/pod_fields.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <unordered_map>
#include <utility>

/// Finds what one plugin has said already for pods that agree with this one in all that it reads.
///
/// Does not keep answers alive: the classes that use them do. One for each kept plugin of a profile.
namespace berth::scoring {

template <class Answers>
class answer_table {
 public:
  /// `fields` is the plugin's mask of pod_field.
  explicit answer_table(std::uint32_t fields) : fields_(fields) {}

  /// The answers for such pods, as `make()` makes them where there are none; and whether it made them.
  template <class Make>
  std::pair<std::shared_ptr<Answers>, bool> find(const k8s::pod_ptr& pod, Make&& make) {
    const std::size_t hash = hash_of(*pod, fields_);
    const auto [first, last] = by_hash_.equal_range(hash);
    for (auto i = first; i != last; ++i)
      if (auto there = i->second.lock(); there != nullptr && equal_in(*there->like(), *pod, fields_))
        return {std::move(there), false};
    if (by_hash_.size() >= sweep_at_) {
      std::erase_if(by_hash_, [](const auto& e) { return e.second.expired(); });
      sweep_at_ = std::max<std::size_t>(least_sweep, 2 * by_hash_.size());
    }
    std::shared_ptr<Answers> made = make();
    by_hash_.emplace(hash, made);
    return {std::move(made), true};
  }

 private:
  static constexpr std::size_t least_sweep = 16;
  std::uint32_t fields_;
  std::unordered_multimap<std::size_t, std::weak_ptr<Answers>> by_hash_;
  std::size_t sweep_at_ = least_sweep;
};

}  // namespace berth::scoring
