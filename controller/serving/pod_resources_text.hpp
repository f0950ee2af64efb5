#pragma once

#include "k8s/api/pod.hpp"

#include <cstddef>
#include <string>

/// The text of /metrics/resources: what each pod asks for and its limits, a gauge for each resource of each pod.
/// Prometheus text, in kube-scheduler's words, with its labels in its order and its numbers in its form.
///
/// cpu is in cores, memory and storage in bytes; `unit` says so, and is empty for what is counted in pieces. Amounts of
/// zero are left out, and so are terminal pods. A pod's lines are in the order of its resources' names, the pods in
/// that in which they are added (upstream sorts them); a family that has no line has no head either. Names that need it
/// are escaped.
///
/// Pure: used wherever the pods may be read. Upstream: pkg/scheduler/metrics/resources.
namespace berth::controller {

class pod_resources_text {
 public:
  void add(const k8s::pod& pod);
  /// Of the text so far.
  std::size_t bytes() const noexcept { return limits_.size() + requests_.size(); }
  /// Ends this.
  std::string take();

 private:
  std::string limits_;
  std::string requests_;
};

}  // namespace berth::controller
