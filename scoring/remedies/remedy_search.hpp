#pragma once

#include "scoring/engine/profile.hpp"
#include "scoring/index/live_cluster.hpp"
#include "scoring/remedies/remedy.hpp"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

/// One search: judges what it is given to try, within the bounds, and collects what helps. Lives within one call of
/// find_remedies; private to this room.
namespace berth::scoring {

inline constexpr std::size_t most_of_a_kind = 16;
inline constexpr std::size_t most_evictions = 64;

class remedy_search {
 public:
  remedy_search(profile& by, const pod_info& pod, const cluster& nodes, remedy_bounds within)
      : by_(by), pod_(pod), nodes_(nodes), within_(within) {}

  const pod_info& pod() const noexcept { return pod_; }
  const cluster& nodes() const noexcept { return nodes_; }

  /// What the profile says of a pod, on the nodes asked about. Nothing fits once the bounds are reached.
  judgement judge(const pod_info& pod, const node_set& asked);
  node_set fits(const pod_info& pod) { return judge(pod, nodes_.nodes()).feasible; }
  bool fits_on(const pod_info& pod, node_id n);
  /// The pod as it is, on one node of the cluster as it was changed meanwhile.
  bool fits_on(node_id n) { return fits_on(pod_, n); }

  /// Enters a change with the nodes on which it was found to help; no-op where there are none.
  void add(remedy one, const node_set& on);
  void add(remedy one) { found_.told.push_back(std::move(one)); }
  /// There is more that might be tried, and it is not.
  void leave_out() noexcept { found_.complete = false; }
  /// What was found, the smallest first.
  remedy_list take();

 private:
  profile& by_;
  const pod_info& pod_;
  const cluster& nodes_;
  const remedy_bounds within_;
  std::size_t checks_ = 0;
  remedy_list found_;
};

/// The pod with another spec that asks for the same amounts.
pod_info with_spec(const pod_info& pod, k8s::pod_spec spec);

/// The kinds of change. Each enters what helps.
void try_smaller_requests(remedy_search& search);
void try_larger_skews(remedy_search& search);
/// A node label that would do instead of dropping a rule.
struct wanted_label {
  std::string key, value;
  node_id node = no_node;
};
/// Tolerations, and one rule less. Returns the labels that nodes might be given instead.
std::vector<wanted_label> try_other_rules(remedy_search& search);
/// `nodes` is the search's own cluster.
void try_labels(remedy_search& search, live_cluster& nodes, const std::vector<wanted_label>& labels);
void try_node_states(remedy_search& search, live_cluster& nodes);
void try_more_nodes(remedy_search& search, live_cluster& nodes);
/// `before` is what was said of the pod as it is.
void try_evictions(remedy_search& search, live_cluster& nodes, const judgement& before);

/// "dedicated=infra:NoSchedule".
std::string taint_text(const k8s::taint& taint);
/// What the node controller sets while something is wrong with a node.
bool is_condition(const k8s::taint& taint);

}  // namespace berth::scoring
