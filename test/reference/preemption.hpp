#pragma once

#include "test/reference/cycle.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

/// DefaultPreemption: which pods of lower priority would have to go so that a pod fits which fits nowhere.
/// Upstream: framework/plugins/defaultpreemption and framework/preemption, whose messages these are.
///
/// All nodes are tried, where kube-scheduler stops after some, and budgets are looked at by namespace and name:
/// docs/parity.md. Victims of one priority and one start keep their order on the node: so they do in Go's sort where no
/// more than twelve are sorted.
namespace berth::reference {

struct victims {
  std::vector<k8s::pod_ptr> pods;  ///< the most important first
  std::size_t violations = 0;      ///< how many of them are protected by a budget
  bool in_known_order = true;      ///< see above
};

struct preemption_result {
  std::string message;
  /// By node: of those that are equally good, and better than all others. Empty where no node can be made to fit.
  std::map<std::string, victims> best;
  std::string uncertain = {};  ///< why kube-scheduler may choose others; else ""
};

/// `said` is what each node said, in the order of the cluster's; the pod has been through PreFilter in `after`.
preemption_result preempt(const cycle& after, const std::vector<status>& said);

}  // namespace berth::reference
