#pragma once

#include "scoring/cluster.hpp"
#include "scoring/column.hpp"
#include "scoring/engine/lineup.hpp"
#include "scoring/engine/node_trial.hpp"
#include "scoring/engine/pre_filter.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// A profile's filters on one node with pods taken out and put in: nominated pods that hold their room, and what
/// PostFilter tries.
///
/// Values of one cycle, after PreFilter. The index, its logs and what is kept between cycles are as before once these
/// have gone. Upstream: framework/runtime, RunFilterPluginsWithNominatedPods and RunPreFilterExtension{Add,Remove}Pod.
namespace berth::scoring {

class filter_trial final : public filters_again {
 public:
  /// What is passed outlives this. `cycle` is what PreFilter left.
  filter_trial(const lineup& plugins, const pod_info& pod, const cluster& nodes, const cycle_state& cycle,
               const pre_filter_outcome& first);

  void begin(node_id n) override;
  status remove_pod(const pod_info& placed) override;
  status add_pod(const pod_info& pod) override;
  status filter() override;
  bool asks(std::string_view filter_plugin) const override;

  /// The first of `filter`'s two passes: with the nominated pods that this pod makes room for, which are left in.
  /// Success where there are none, which `any` tells.
  status filter_beside_nominated(bool& any);

 private:
  status tell(bool added, const pod_info& other, cycle_state& cycle);
  status run(cycle_state& cycle);
  void take_out_nominated();
  cycle_state& cycle();

  const lineup& plugins_;
  const pod_info& pod_;
  const cluster& nodes_;
  const cycle_state& original_;
  const pre_filter_outcome& first_;
  node_id node_ = no_node;
  std::optional<node_trial> tried_;
  std::optional<cycle_state> cycle_;  ///< what PreFilter left, changed as the node was; made when it is needed
  std::size_t beside_ = 0;            ///< how many nominated pods are in
  node_set alone_;
  std::vector<refusal_id> refused_by_;
};

/// Takes out of `alive` the nodes that the pod does not fit beside the pods nominated to them, and enters why. The
/// message of a plugin that broke, else "". Costs nothing where nobody is nominated. `refused_by` has a row for each
/// node, or none as long as nobody is refused.
std::string yield_to_nominated(const lineup& plugins, const pod_info& pod, const cluster& nodes,
                               const cycle_state& cycle, const pre_filter_outcome& first, node_set& alive,
                               std::vector<refusal_id>& refused_by, refusals& table);

}  // namespace berth::scoring
