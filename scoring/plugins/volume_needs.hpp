#pragma once

#include "k8s/api/pod.hpp"
#include "scoring/plugins/volume_match.hpp"
#include "scoring/status.hpp"
#include "scoring/storage.hpp"

#include <string>
#include <vector>

/// What a pod's claims ask of a node, and how they would be satisfied there. Pure.
/// Upstream: plugins/volumebinding, binder.go.
namespace berth::scoring {

/// How the claims of a pod that are not bound yet would be satisfied from one node.
struct volume_plan {
  struct binding {
    k8s::claim_ptr claim;
    k8s::volume_ptr volume;
  };
  struct provision {
    k8s::claim_ptr claim;
    k8s::csi_storage_capacity_ptr capacity;  ///< from which it would be taken; nullptr where nobody tells
  };
  std::vector<binding> bindings;
  std::vector<provision> provisions;
};

class volume_needs {
 public:
  /// Success, `skip` for a pod without claims, why the pod must wait, or an error. Upstream: PreFilter.
  status resolve(const k8s::pod& pod, const storage& objects);

  /// What the node lacks, or an error; success with the plan. Upstream: FindPodVolumes.
  status judge(const k8s::node& node, const storage& objects, volume_plan& plan) const;

  /// Whether `judge` is success without a plan on each node: all claims are bound, to volumes that are reached from
  /// anywhere.
  bool within_reach_of_all(const storage& objects) const;

  /// Claims that are bound, and those that wait for their first consumer. For explain.
  const std::vector<k8s::claim_ptr>& bound() const noexcept { return bound_; }
  const std::vector<k8s::claim_ptr>& delayed() const noexcept { return delayed_; }
  const std::vector<volume_choice>& choices() const noexcept { return choices_; }

 private:
  struct verdict;
  std::string check_bound(const k8s::node& node, const storage& objects, verdict& v) const;
  std::string check_provisions(const std::vector<k8s::claim_ptr>& claims, const k8s::node& node, const storage& objects,
                               verdict& v, volume_plan& plan) const;

  std::vector<k8s::claim_ptr> bound_;
  std::vector<k8s::claim_ptr> delayed_;
  std::vector<volume_choice> choices_;  ///< of delayed claims for which no node was selected yet; smallest first
};

/// Whether all claims of the pod are bound. Upstream: arePodVolumesBound.
bool all_bound(const k8s::pod& pod, const storage& objects);

/// From which nodes the volume is reached: of a disk whose in-tree plugin is migrated on the node, as its CSI driver
/// says. Sets `error` where it cannot be told. Upstream: tryTranslatePVToCSI.
std::optional<k8s::node_selector> nodes_of(const k8s::persistent_volume& volume, const k8s::csi_node* node,
                                           std::string& error);

/// Whether a class makes volumes for nodes with these labels. Upstream: MatchTopologySelectorTerms.
bool allows(const std::vector<k8s::topology_term>& terms, const k8s::string_map& labels);

/// Whether the capacity is for volumes of that size, and for the node. Upstream: hasEnoughCapacity.
bool has_room(const k8s::csi_storage_capacity& capacity, std::int64_t size);
bool is_within_reach(const k8s::csi_storage_capacity& capacity, const k8s::node& node);

namespace volume_reasons {
inline constexpr auto other_node = "node(s) didn't match PersistentVolume's node affinity";
inline constexpr auto nothing_to_bind = "node(s) didn't find available persistent volumes to bind";
inline constexpr auto no_space = "node(s) did not have enough free storage";
inline constexpr auto no_volume = "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)";
}  // namespace volume_reasons

}  // namespace berth::scoring
