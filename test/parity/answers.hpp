#pragma once

#include "controller/offline/explain_pods.hpp"
#include "test/parity/comparison.hpp"
#include "test/parity/recording.hpp"
#include "test/reference/scheduler.hpp"

#include <cstddef>
#include <set>
#include <string>

/// What berth and the reference engine say, in the form of kube-scheduler's recorded verdicts, so that any two of the
/// three can be compared.
namespace berth::test {

recorded_pod answer_of(const controller::pod_judgement& ours);
recorded_pod answer_of(const k8s::pod& pod, const reference::decision& d);

/// A recording's verdicts beside other answers. Throws where the recorded cluster could not be read whole.
class recording_comparison {
 public:
  /// `recorded` outlives this; `where` goes before each difference.
  recording_comparison(const recording& recorded, std::string where);
  /// Of the nth verdict.
  tally compare(std::size_t nth, const recorded_pod& ours) const;

 private:
  const recording& recorded_;
  std::string where_;
  std::set<std::string> concerned_;  ///< by doubled_ports
};

}  // namespace berth::test
