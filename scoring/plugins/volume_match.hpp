#pragma once

#include "k8s/api/node.hpp"
#include "k8s/api/storage.hpp"

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// Which of the volumes that are there a claim may be bound to, from which node. Pure.
/// Upstream: component-helpers/storage/volume, FindMatchingVolume.
namespace berth::scoring {

/// Whether the volume can be reached from nodes with these labels.
bool reachable(const std::optional<k8s::node_selector>& nodes, const k8s::string_map& labels);

/// Whether the volume is bound to this claim or kept for it.
bool is_for(const k8s::persistent_volume& volume, const k8s::persistent_volume_claim& claim);

/// The volumes of a claim's class, sorted out once for all nodes.
class volume_choice {
 public:
  /// `volumes` are of the claim's class.
  volume_choice(k8s::claim_ptr claim, const std::vector<k8s::volume_ptr>& volumes);

  const k8s::claim_ptr& claim() const noexcept { return claim_; }
  /// Why the claim's selector cannot be used; "" where it can.
  const std::string& error() const noexcept { return error_; }
  /// The smallest volume that will do, by name among equals, of those that were not `taken`; nullptr where there is
  /// none. A volume that is kept for the claim goes first, and is the only choice.
  k8s::volume_ptr find(const k8s::node& node, const std::set<std::string_view>& taken) const;

 private:
  bool fits(const k8s::persistent_volume& volume) const;

  k8s::claim_ptr claim_;
  std::string error_;
  std::vector<k8s::volume_ptr> kept_for_it_;
  std::vector<k8s::volume_ptr> candidates_;  ///< smallest first
  /// Positions in `candidates_` of those that only nodes with this hostname reach; and of the others. Local volumes
  /// are many, and each node has few.
  std::map<std::string, std::vector<std::size_t>, std::less<>> by_hostname_;
  std::vector<std::size_t> anywhere_;
};

}  // namespace berth::scoring
