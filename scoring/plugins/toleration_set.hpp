#pragma once

#include "k8s/api/node.hpp"
#include "k8s/api/pod.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

/// A pod's tolerations, to be asked about taints.
///
/// A handful is looked through one by one. A pod may have tens of thousands, and so may a node have taints; then they
/// are looked up by key and value, in an index that is made when it is first worth it. A tree and not a hash table:
/// whoever writes the pod could choose keys that share a hash. Borrows the tolerations.
namespace berth::scoring {

class toleration_set {
 public:
  explicit toleration_set(const std::vector<k8s::toleration>& of_pod) : list_(of_pod) {}

  /// NoSchedule or NoExecute taints among these that are not tolerated: whether there is one.
  bool refuses(const std::vector<k8s::taint>& taints) const;
  /// PreferNoSchedule taints among these that are not tolerated: how many.
  std::int64_t soft_count(const std::vector<k8s::taint>& taints) const;
  /// As k8s::tolerates.
  bool tolerates_by_index(const k8s::taint& t) const;

 private:
  using effects = std::uint8_t;  ///< a bit for each effect
  static effects bits_of(const k8s::toleration& t) noexcept;
  /// Whether `many` taints are better looked up.
  bool worth_an_index(std::size_t many) const noexcept;
  void make_index() const;
  template <class F>
  void each_untolerated(const std::vector<k8s::taint>& taints, F&& f) const;

  const std::vector<k8s::toleration>& list_;
  mutable bool indexed_ = false;
  mutable std::map<std::string_view, effects> exists_;                               ///< by key; "": every key
  mutable std::map<std::pair<std::string_view, std::string_view>, effects> equals_;  ///< by key and value
};

}  // namespace berth::scoring
