#pragma once

#include "k8s/codec/cluster_file.hpp"
#include "scoring/engine/profile.hpp"
#include "scoring/index/live_cluster.hpp"

#include <string>
#include <vector>

/// A cluster from a file in the index, and its pods that wait: what `explain`, `simulate` and judge.hpp begin with.
/// Pure.
namespace berth::controller {

struct waiting_pod {
  scoring::pod_info pod;
  scoring::profile* profile;  ///< one of those given
};

/// Fills the index with what is placed, and returns what waits for one of these profiles (`any_scheduler_name`: for the
/// first of them), in the order of the file. Terminal pods are neither.
std::vector<waiting_pod> load_cluster(const k8s::cluster_objects& objects, std::vector<scoring::profile>& profiles,
                                      bool any_scheduler_name, scoring::live_cluster& nodes);

/// As the queue would order them had they all just come.
void sort_as_queued(std::vector<waiting_pod>& waiting);

/// Why the pod would not be tried at all (scheduling gates, deletion), or "".
std::string held_back(const waiting_pod& w, const scoring::cluster& nodes);

}  // namespace berth::controller
