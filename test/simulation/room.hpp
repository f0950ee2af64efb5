#pragma once

#include "k8s/api/node.hpp"
#include "k8s/api/pod.hpp"

#include <cstdint>
#include <string>
#include <vector>

/// Whether a pod may be on a node, in plain loops: what the referee holds berth against. It shares no code with
/// scoring/, and knows no more than simulated pods ask for.
namespace berth::simulation {

struct held {
  std::int64_t cpu = 0;     ///< thousandths
  std::int64_t memory = 0;  ///< bytes
  std::int64_t pods = 0;

  void add(const k8s::pod& pod);
  bool fits_in(const k8s::node& node) const;
};

/// Selector, taints, cordon: all but room.
bool may_run_on(const k8s::pod& pod, const k8s::node& node);

}  // namespace berth::simulation
