#pragma once

#include "controller/offline/explain_pods.hpp"

#include <cstdint>
#include <string>
#include <vector>

/// A whole scheduling run without a server: every pending pod of a file through all extension points but Bind. Behind
/// judge.hpp's `rehearse`. Pure.
namespace berth::controller {

struct rehearsed_pod {
  pod_judgement judged;                ///< before it was tried
  std::string node;                    ///< where it is, "" for nowhere
  std::string refusal;                 ///< by Reserve, Permit or PreBind, as in the event
  std::vector<std::string> waits_for;  ///< the plugins whose Permit said wait: it keeps its room meanwhile
};

struct rehearsal {
  std::vector<rehearsed_pod> pods;  ///< in queue order
  std::vector<std::string> faults;  ///< what plugins threw where no pod's outcome says it: "ns/name: running ..."
};

/// A pod takes its room before the next one is looked at, and gives it back where it is refused after
/// that. What plugins say of pods that wait in Permit holds at once, or after the last choice where it is for later.
/// All are being bound at once, as if the API server were slow: PreBind and PostBind come after the last choice. `seed`
/// is of the choice among equally good nodes.
rehearsal rehearse_pods(const k8s::cluster_objects& objects, std::vector<scoring::profile>& profiles,
                        bool any_scheduler_name, std::uint64_t seed);

}  // namespace berth::controller
