#pragma once

#include "k8s/codec/cluster_file.hpp"
#include "scoring/engine/profile.hpp"
#include "scoring/index/live_cluster.hpp"
#include "test/reference/profile.hpp"

#include <cstddef>
#include <string>
#include <vector>

/// One pod judged by berth, as `run` judges it (with what is kept between cycles) and as `explain` does, and by the
/// reference over the objects alone.
namespace berth::test {

/// How the reference's decisions came out: so that a test can see that it saw all kinds.
struct kinds_of_decisions {
  std::size_t by_score = 0;  ///< among several nodes
  std::size_t without_choice = 0;
  std::size_t nominated = 0;
  std::size_t nowhere = 0;
  std::size_t preempting = 0;
  std::size_t errors = 0;
};

/// What differs; empty where nothing does. The reference's answer comes first.
std::vector<std::string> differences(const k8s::pod_ptr& pod, scoring::profile& berth, scoring::live_cluster& live,
                                     const reference::profile& plain, const k8s::cluster_objects& objects,
                                     kinds_of_decisions& seen);

}  // namespace berth::test
