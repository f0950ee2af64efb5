#pragma once

#include "scoring/engine/profile.hpp"
#include "scoring/index/live_cluster.hpp"

#include <string>

/// Another scheduler that places pods on the same nodes, each with its own pods. Neither waits for the other, so both
/// may take the same room. The API server does not mind, and the kubelet then refuses whichever pod comes second.
///
/// What can be done: a decision is looked at again at the moment of binding, where pods that are not ours came to its
/// node since; and what is too late for that is counted. On the strand of the index.
namespace berth::controller {

/// Whether the node holds more than it has of something that this pod, which counts there, asks for.
bool holds_too_much(const scoring::cluster& nodes, std::string_view node, const scoring::demand& of_pod);

/// What the filters say of a pod on its node, where it is assumed, as if it were not. `pod` is as it waits, without the
/// node. Success, a rejection, or an error with the whole message.
scoring::status judge_again(scoring::live_cluster& nodes, scoring::profile& plugins, const scoring::pod_info& pod,
                            std::string_view node);

}  // namespace berth::controller
