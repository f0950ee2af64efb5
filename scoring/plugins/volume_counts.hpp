#pragma once

#include "scoring/cluster.hpp"
#include "scoring/index_part.hpp"

#include <cstdint>
#include <vector>

/// How many volumes can be attached to each node at most, so that NodeVolumeLimits looks closely at a node only where a
/// limit is near. A part of the index.
namespace berth::scoring {

/// Whether a limit of a CSI driver may hold for it.
bool may_be_attached(const k8s::volume& v);

class volume_counts final : public index_part {
 public:
  void node_changed(node_id n, const k8s::node* before, const k8s::node& now) override;
  void node_removed(node_id n, const k8s::node& last) override;
  void pod_placed(node_id n, const pod_info& pod) override;
  void pod_removed(node_id n, const pod_info& pod) override;

  /// To be called before `surely_has_room`, in each cycle.
  void catch_up(const cluster& nodes) const;
  /// Whether so many more volumes are within every limit of the node, whatever they are and even if no volume is
  /// mounted twice. False says nothing.
  bool surely_has_room(node_id n, std::int64_t more) const {
    const counts& c = by_node_[n];
    return c.unclear == 0 && c.mounted + c.attached + more <= c.least_limit;
  }

 private:
  struct counts {
    std::int64_t mounted = 0;  ///< by placed pods
    std::int64_t unclear = 0;  ///< pods whose volumes can be wrong, which is for the plugin to say
    std::int64_t attached = 0;
    std::int64_t least_limit = 0;
  };
  void count(node_id n, const pod_info& pod, std::int64_t sign);

  mutable std::vector<counts> by_node_;
  mutable std::uint64_t limits_seen_ = 0;  ///< storage::csi_node_generation, once all limits were read
  mutable std::uint64_t attachments_seen_ = 0;
  mutable bool node_came_ = true;
};

}  // namespace berth::scoring
