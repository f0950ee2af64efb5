#pragma once

#include "k8s/api/pod.hpp"
#include "scoring/resources.hpp"

#include <cstddef>
#include <memory>
#include <unordered_map>

/// Pod specs, each content once; and what a spec asks for, computed once.
///
/// Owned by `live_cluster`, on its strand. A spec lives as long as a pod holds it: the table only watches, and forgets
/// the dead in passing. Specs may die on any thread. A dead one that is still watched keeps its memory
/// (std::make_shared).
///
/// Invariant: there are at most twice as many slots as specs were alive at the last sweep, and 64 more. A sweep comes
/// due by the number of slots alone, so it does not matter how pods come to their end: placed and removed, refused, or
/// only asked about. Who knows that pods went says so beside (`pods_left`), since after a spike nothing may come for
/// hours.
namespace berth::scoring {

class spec_table {
 public:
  struct entry {
    std::shared_ptr<const k8s::pod_spec> spec;
    std::shared_ptr<const demand> requests;
  };
  /// The one object of this content.
  entry intern(std::shared_ptr<const k8s::pod_spec> spec);
  /// The same, without what it asks for.
  std::shared_ptr<const k8s::pod_spec> share(std::shared_ptr<const k8s::pod_spec> spec);
  std::size_t size() const noexcept { return slots_.size(); }
  /// So many pods are left that may hold a spec. Costs a sweep each time that these are half of what they were.
  void pods_left(std::size_t count);

 private:
  void sweep();
  struct slot {
    std::weak_ptr<const k8s::pod_spec> spec;
    std::weak_ptr<const demand> requests;
  };
  /// The slot of this content; `spec` becomes the one object of it.
  slot& slot_of(std::shared_ptr<const k8s::pod_spec>& spec);
  static constexpr std::size_t few = 64;
  std::unordered_multimap<std::size_t, slot> slots_;
  std::size_t sweep_at_ = few;
  std::size_t sweep_below_ = 0;
};

}  // namespace berth::scoring
