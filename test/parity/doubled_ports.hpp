#pragma once

#include "k8s/api/pod.hpp"
#include "scoring/host_ports.hpp"

#include <vector>

/// Host ports that two placed pods of one node hold, which only happens where somebody placed one of them by hand.
/// kube-scheduler forgets such a port when one of the two goes, also in preemption's dry run: docs/parity.md.
namespace berth::test {

class doubled_ports {
 public:
  explicit doubled_ports(const std::vector<k8s::pod_ptr>& pods);

  /// Whether the pod wants a port that conflicts with one of these: its preemption may come out otherwise.
  bool concern(const k8s::pod_spec& waiting) const;

 private:
  scoring::host_ports doubled_;
};

}  // namespace berth::test
