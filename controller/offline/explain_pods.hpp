#pragma once

#include "controller/config/configuration.hpp"
#include "k8s/codec/cluster_file.hpp"
#include "scoring/engine/profile.hpp"
#include "scoring/remedies/remedies.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// The judgement behind `berth explain`: objects in, explanations out. Pure.
namespace berth::controller {

struct pod_judgement {
  k8s::pod_ptr object;
  std::string pod;      ///< namespace/name
  std::string profile;  ///< its schedulerName
  scoring::explanation why;
  std::string held_back;            ///< why it would not be tried at all: scheduling gates, deletion; else ""
  std::optional<std::string> node;  ///< simulated: where it is placed, "" for nowhere
  /// Of a pod that fits nowhere, where they were looked for; shared between pods of equal specs.
  std::shared_ptr<const scoring::remedy_list> remedies = nullptr;

  bool fits() const { return !why.best.empty(); }
  /// Whether it finds a node: as the cluster is, or simulated also by preemption.
  bool finds_node() const { return node ? !node->empty() : fits(); }
};

struct judge_options {
  bool simulate = false;
  /// Judge each pod with the only profile there is, whatever its schedulerName.
  bool any_scheduler_name = false;
  /// Report this pod alone, by namespace/name. "": all.
  std::string only = {};
  /// Look for single changes that would let a pod fit which fits nowhere. Not where `simulate` is set.
  bool remedies = true;
};

/// Reports one judgement for each pending pod whose schedulerName is a profile's, in the order of the file; simulated,
/// in queue order. Each is judged against the objects as given; simulated, also against the pods placed before it, and
/// without those that were evicted for them. What is evicted is gone: nobody makes it anew.
/// One judgement is held at a time: for a large cluster it has a row for each node.
void judge_each(const k8s::cluster_objects& objects, std::vector<scoring::profile>& profiles,
                const judge_options& options, const std::function<void(pod_judgement&&)>& report);

/// The same, all at once.
std::vector<pod_judgement> judge_pods(const k8s::cluster_objects& objects, std::vector<scoring::profile>& profiles,
                                      const judge_options& options);

}  // namespace berth::controller
