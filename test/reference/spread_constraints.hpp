#pragma once

#include "k8s/api/pod.hpp"
#include "test/reference/snapshot.hpp"

#include <string>
#include <vector>

/// The topology spread constraints that a pod is under: its own, or those that the profile has for pods without.
/// Upstream: podtopologyspread/common.go; plugins/helper/spread.go.
namespace berth::reference {

/// Labels must match all of `parts`. One of no requirements at all is `empty()`, which counts no pod, although it
/// matches every one.
struct pod_selector {
  bool nothing = false;  ///< an absent selector
  std::vector<k8s::label_selector> parts{};

  bool matches(const k8s::string_map& labels) const;
  bool empty() const;
};

struct spread_constraint {
  k8s::topology_spread_constraint as_written;
  pod_selector selector;
};

/// Those with whenUnsatisfiable DoNotSchedule (`hard`) or ScheduleAnyway. `fault` is set where a selector of the pod
/// does not parse.
std::vector<spread_constraint> constraints_of(const k8s::pod& pod, const snapshot& cluster, bool hard,
                                              const std::vector<k8s::topology_spread_constraint>& defaults,
                                              std::string& fault);

bool has_all_keys(const k8s::node& node, const std::vector<spread_constraint>& constraints);
/// Whether pods on the node count for the constraint: nodeAffinityPolicy and nodeTaintsPolicy, by the pod's own rules.
bool is_counted(const k8s::node& node, const k8s::pod& pod, const spread_constraint& c);
/// How many pods on the node match, in that namespace; terminating ones do not count.
std::int64_t count_matching(const node_state& on, const pod_selector& selector, const std::string& in_namespace);

}  // namespace berth::reference
