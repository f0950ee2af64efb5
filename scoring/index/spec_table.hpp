#pragma once

#include "k8s/api/pod.hpp"
#include "scoring/resources.hpp"

#include <cstddef>
#include <memory>
#include <unordered_map>

/// Pod specs, each content once; and what a spec asks for, computed once.
///
/// Owned by `live_cluster`, on its strand. A spec lives as long as a pod holds it: the table only watches, and forgets the
/// dead in passing, so that its size stays in proportion to what is alive. Specs may die on any thread.
namespace berth::scoring {

class spec_table {
 public:
  struct entry {
    std::shared_ptr<const k8s::pod_spec> spec;
    std::shared_ptr<const demand> requests;
  };
  /// The one object of this content.
  entry intern(std::shared_ptr<const k8s::pod_spec> spec, resource_names& names);
  std::size_t size() const noexcept { return slots_.size(); }
  /// A pod was let go: perhaps its spec with it.
  void released() { count(); }

 private:
  void count();
  struct slot {
    std::weak_ptr<const k8s::pod_spec> spec;
    std::shared_ptr<const demand> requests;
  };
  std::unordered_multimap<std::size_t, slot> slots_;
  std::size_t since_sweep_ = 0;
};

}  // namespace berth::scoring
