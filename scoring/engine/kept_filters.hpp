#pragma once

#include "scoring/cluster.hpp"
#include "scoring/column.hpp"
#include "scoring/diagnosis.hpp"
#include "scoring/engine/lineup.hpp"

#include <cstdint>
#include <string>
#include <vector>

/// What Filter plugins said of the nodes for one class of pods, kept from cycle to cycle.
///
/// Filters that read nothing beyond the node (reach::own_node) or all nodes' facts (reach::all_nodes) are kept; others are
/// asked in each cycle. Kept filters that stand side by side in the order are one run: within it the first that refuses
/// a node owns the node, and between runs the order is the profile's, so blame is exact however kept and asked filters
/// interleave.
///
/// Part of a pod_class. Invariant after `update`: what each member would say if asked now about each node.
namespace berth::scoring {

/// Which nodes a reader has to look at again.
struct changed_nodes {
  bool all = true;
  node_set some;  ///< where not all; numbers that no node has any more included
};

/// Neighbours in lineup.filter, by position, that are kept together; or one that is not kept.
struct filter_run {
  std::vector<std::size_t> members;
  bool kept = false;
  bool of_all_nodes = false;  ///< a member has reach::all_nodes
};

/// Cuts the profile's filters into runs.
std::vector<filter_run> filter_runs(const lineup& plugins);

class kept_filters {
 public:
  /// Asks the members about the nodes that changed. `asked` says by position which were not skipped by PreFilter. The
  /// message of a plugin that broke, else ""; after that the object is to be thrown away.
  std::string update(const filter_run& run, const lineup& plugins, const pod_info& pod, const cluster& nodes,
                     cycle_state& cycle, const std::vector<bool>& asked, const changed_nodes& changed);
  /// The nodes that all members let pass.
  const node_set& passed() const noexcept { return passed_; }
  /// Enters the refusals of those of `judged` that did not pass.
  void explain(const node_set& judged, diagnosis& why) const;

 private:
  std::vector<bool> asked_;
  std::uint64_t generation_ = 0;
  node_set passed_;
  std::vector<refusal_id> refused_by_;
  refusals table_;
};

}  // namespace berth::scoring
