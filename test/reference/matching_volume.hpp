#pragma once

#include "k8s/api/storage.hpp"
#include "test/reference/snapshot.hpp"

#include <set>
#include <string>

/// Volumes for claims. Upstream: component-helpers/storage/volume, FindMatchingVolume, CheckNodeAffinity.
namespace berth::reference {

/// Whether the volume can be reached from a node with these labels; without nodes, from all.
bool is_reachable(const std::optional<k8s::node_selector>& nodes, const k8s::string_map& labels);

/// A volume that is kept for the claim, else the smallest that will do; the first by name of equally large ones, where
/// kube-scheduler goes by the order of a map. nullptr where there is none. `error` is set where the claim's selector
/// does not parse.
const k8s::persistent_volume* find_volume_for(const k8s::persistent_volume_claim& claim, const snapshot& s,
                                              const k8s::node& node, const std::set<std::string>& taken,
                                              std::string& error);

}  // namespace berth::reference
