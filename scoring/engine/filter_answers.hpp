#pragma once

#include "scoring/cluster.hpp"
#include "scoring/column.hpp"
#include "scoring/diagnosis.hpp"
#include "scoring/engine/changed_nodes.hpp"
#include "scoring/engine/lineup.hpp"

#include <cstdint>
#include <vector>

/// What one Filter plugin said of each node, for pods that agree in all that it reads of a pod.
///
/// Kept from cycle to cycle and shared by all classes of such pods (answer_table): pods that differ in their requests
/// alone ask about taints once. A plugin is asked about all nodes, also about those that another one refuses.
/// Invariant after `update`: what the plugin would say if asked now.
namespace berth::scoring {

class filter_answers {
 public:
  /// What several calls of `update` use one after another.
  struct scratch {
    changed_nodes changed;
    node_set alive;
    std::vector<refusal_id> refused_by;
  };

  filter_answers(k8s::pod_ptr like, const dependencies& reads) : like_(std::move(like)), reach_(reads.of_cluster) {}

  /// One of the pods.
  const k8s::pod_ptr& like() const noexcept { return like_; }

  /// Asks about the nodes that changed. False where the plugin broke, or said of a node what is no refusal: then these
  /// are no answers, and all is asked anew the next time.
  bool update(const at_point<filter_plugin>& of, const pod_info& pod, const cluster& nodes, cycle_state& cycle,
              scratch& work);

  /// The nodes that it lets pass. Its universe is the cluster's.
  const node_set& passed() const noexcept { return passed_; }
  /// Why not, of a node that did not pass.
  const status& refusal_of(node_id n) const { return table_[refused_by_[n]]; }
  refusal_id refused_by(node_id n) const noexcept { return refused_by_[n]; }
  std::size_t refusal_count() const noexcept { return table_.size(); }
  /// Moves on when all was asked anew.
  std::uint64_t epoch() const noexcept { return epoch_; }

  /// About what these take in memory: reasons that differ from node to node are their plugin's to bound.
  std::size_t bytes() const noexcept {
    return passed_.words().size_bytes() + refused_by_.capacity() * sizeof(refusal_id);
  }

 private:
  bool ask(const at_point<filter_plugin>& of, const pod_info& pod, const cluster& nodes, cycle_state& cycle,
           scratch& work);

  k8s::pod_ptr like_;
  reach reach_;
  followed seen_;
  std::uint64_t epoch_ = 0;
  node_set passed_;
  std::vector<refusal_id> refused_by_;  ///< by node number; empty while nobody was refused
  refusals table_;
};

}  // namespace berth::scoring
