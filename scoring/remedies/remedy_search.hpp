#pragma once

#include "scoring/engine/profile.hpp"
#include "scoring/index/live_cluster.hpp"
#include "scoring/remedies/remedy.hpp"

#include <cstddef>
#include <memory>
#include <optional>
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
/// A node gets the label by which the pod's domains are told apart, where it has none.
void try_topology_labels(remedy_search& search, live_cluster& nodes);
/// A claim that is not there is made, one that has no volume gets one.
void try_claims(remedy_search& search, live_cluster& nodes);
void try_node_states(remedy_search& search, live_cluster& nodes);
void try_more_nodes(remedy_search& search, live_cluster& nodes);
/// `before` is what was said of the pod as it is.
void try_evictions(remedy_search& search, live_cluster& nodes, const judgement& before);

/// The claim that a volume of the pod stands for, whether it is there or not; none for other volumes.
std::optional<k8s::object_key> claim_of(const pod_info& pod, const k8s::volume& volume);
/// A node in another state for as long as this lives.
class changed_node {
 public:
  changed_node(live_cluster& nodes, node_id n, k8s::node state)
      : nodes_(nodes), before_(std::make_shared<const k8s::node>(nodes.node(n))) {
    nodes_.set_node(std::make_shared<const k8s::node>(std::move(state)));
  }
  ~changed_node() { nodes_.set_node(before_); }
  changed_node(const changed_node&) = delete;
  changed_node& operator=(const changed_node&) = delete;

 private:
  live_cluster& nodes_;
  k8s::node_ptr before_;
};
/// Enters a change of one node, if the pod fits there then. Whether it does.
bool try_state(remedy_search& search, live_cluster& nodes, node_id n, k8s::node state, remedy if_it_helps);
std::vector<node_id> by_name(const cluster& nodes);

/// A pod of a DaemonSet, or a static one (the kubelet names the Node as its owner): evicted, it comes back at once, and
/// each node has its own.
bool belongs_to_its_node(const k8s::pod_spec& spec);
/// "dedicated=infra:NoSchedule".
std::string taint_text(const k8s::taint& taint);
/// What controllers set while something is wrong with a node, or not there yet.
bool is_condition(const k8s::taint& taint);
/// What autoscalers and clouds set on a node that is about to be removed: nothing is to be done there.
bool is_leaving(const k8s::taint& taint);

}  // namespace berth::scoring
