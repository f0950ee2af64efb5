#pragma once

#include "scoring/explains.hpp"
#include "scoring/plugins/volume_needs.hpp"

#include <string>
#include <vector>

/// What keeps a pod's claims from a node, in words and amounts: for VolumeBinding's part in `berth explain`. Pure.
namespace berth::scoring {

/// `needs` are those of the pod, after `resolve`, whatever that said.
std::vector<shortfall> volume_shortfalls(const volume_needs& needs, const k8s::pod& pod, const storage& objects,
                                         const k8s::node& node);

}  // namespace berth::scoring
