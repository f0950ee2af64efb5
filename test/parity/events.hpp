#pragma once

#include "controller/cluster/cluster_change.hpp"
#include "k8s/codec/cluster_file.hpp"
#include "scoring/engine/profile.hpp"

#include <string>
#include <string_view>
#include <vector>

/// What might happen next in a recorded cluster, and for which of it a pod that fits nowhere is tried again. Pure.
namespace berth::test {

/// One object as it was and as it is: it comes where there is nothing before, goes where there is nothing after.
struct recorded_event {
  k8s::cluster_objects before;
  k8s::cluster_objects after;
};

/// `before` and `after` as JSON; "null" for nothing. Throws std::runtime_error where one is no object.
recorded_event parse_event(std::string_view before, std::string_view after);

/// As the cluster cache tells it: none where nothing changed for scheduling.
std::vector<controller::cluster_change> changes_of(const recorded_event& event);

/// Whether the pod, which these plugins refused, is tried again.
bool wakes(const scoring::profile& profile, const scoring::pod_info& pod, const std::vector<std::string>& refused_by,
           const scoring::cluster& nodes, const recorded_event& event);

}  // namespace berth::test
