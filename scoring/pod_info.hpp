#pragma once

#include "k8s/api/pod.hpp"
#include "scoring/resources.hpp"

#include <memory>

/// A pod with what is computed from it once: what plugins are given. Made by cluster::intern; a value of two pointers.
namespace berth::scoring {

/// Immutable. `requests` is what the pod asks for by its spec, shared between pods of one spec.
struct pod_info {
  k8s::pod_ptr pod;
  std::shared_ptr<const demand> requests;

  const k8s::pod_spec& spec() const noexcept { return *pod->spec; }
};

}  // namespace berth::scoring
