#pragma once

#include "test/reference/profile.hpp"
#include "test/reference/snapshot.hpp"
#include "test/reference/status.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

/// The naive reference: kube-scheduler's decision about one pod, computed from the objects alone, in loops, anew each
/// time.
///
///   const snapshot now(objects, {"default-scheduler"});
///   const decision d = decide(pod, read_profiles({}).front(), now);
///
/// It shares no code with scoring/, so that the two are two opinions. What it does not know is said in
/// `decision::left_out`. Upstream: schedule_one.go (schedulePod, findNodesThatFitPod).
namespace berth::reference {

struct node_decision {
  std::string name;
  status refused;  ///< success: the pod fits
  std::map<std::string, std::int64_t> scores{};
  std::int64_t total = 0;
};

struct decision {
  std::string left_out;   ///< why there is no decision: something that the reference does not know; else ""
  std::string uncertain;  ///< why kube-scheduler may preempt otherwise, else ""
  std::string held;       ///< why the pod would not be tried at all, else ""
  std::string error;      ///< of the cycle, else ""
  std::string message;    ///< where the pod fits nowhere: of the FailedScheduling event
  std::vector<node_decision> nodes{};  ///< by name
  /// The nodes with the highest total, by name; the nominated one alone, where the pod fits there.
  std::vector<std::string> best{};
  bool best_is_nominated = false;
  /// Where preemption makes room: nodes that are equally good, with the victims' namespaces and names, in order.
  std::map<std::string, std::vector<std::string>> nominated{};
};

decision decide(const k8s::pod& pod, const profile& by, const snapshot& now);

}  // namespace berth::reference
