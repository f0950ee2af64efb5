#pragma once

#include "scoring/pod_info.hpp"

/// Which nominated pods others have to leave room for.
namespace berth::scoring {

/// Whether `nominated`, which is nominated to some node, holds its room there against `pod`: it is another pod, of the
/// same priority or a higher one. Upstream: addGENominatedPods.
inline bool holds_room_against(const pod_info& nominated, const pod_info& pod) {
  return nominated.spec().priority >= pod.spec().priority && nominated.pod->uid != pod.pod->uid;
}

}  // namespace berth::scoring
