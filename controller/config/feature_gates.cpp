#include "controller/config/flag_values.hpp"
#include "controller/config/kube_scheduler_flags.hpp"

#include <fmt/format.h>

#include <string_view>

namespace berth::controller {

namespace {

struct gate {
  std::string_view name;
  bool on;  ///< in kube-scheduler v1.37, and so here
};

/// The gates that decide where a pod lands or what the scheduler does to others. Upstream: pkg/scheduler/framework/
/// plugins/feature, pkg/features/kube_features.go.
constexpr gate gates[] = {
    {"AllAlpha", false},
    {"AllBeta", false},
    {"CompositePodGroup", false},
    {"CoordinatedLeaderElection", false},
    {"DRAAdminAccess", true},
    {"DRAConsumableCapacity", true},
    {"DRADerivedAttributes", false},
    {"DRADeviceBindingConditions", true},
    {"DRADeviceCompatibilityGroups", false},
    {"DRADeviceTaintRules", true},
    {"DRADeviceTaints", true},
    {"DRAExtendedResource", true},
    {"DRAFractionalCapacityRange", false},
    {"DRAListTypeAttributes", false},
    {"DRANodeAllocatableResources", false},
    {"DRAOptionalNodeOperations", false},
    {"DRAPartitionableDevices", true},
    {"DRAPrioritizedList", true},
    {"DRAResourceClaimDeviceStatus", true},
    {"DRASchedulerFilterTimeout", true},
    {"DRAWorkloadResourceClaims", false},
    {"DynamicResourceAllocation", true},
    {"GenericWorkload", false},
    {"InPlacePodLevelResourcesVerticalScaling", true},
    {"InPlacePodVerticalScaling", true},
    {"InPlacePodVerticalScalingSchedulerPreemption", false},
    {"MatchLabelKeysInPodTopologySpread", true},
    {"NodeDeclaredFeatures", true},
    {"NodeInclusionPolicyInPodTopologySpread", true},
    {"NominatedNodeNameForExpectation", true},
    {"PodGroupPreemptionPolicy", false},
    {"PodLevelResources", true},
    {"SchedulerAsyncPreemption", true},
    {"SchedulerPopFromBackoffQ", true},
    {"StorageCapacityScoring", true},
    {"TaintTolerationComparisonOperators", false},
    {"TopologyAwareWorkloadScheduling", false},
    {"VolumeAttributesClass", true},
    {"VolumeLimitScaling", true},
};

/// What is wrong with "Gate=true"; nothing where it changes nothing.
refusal judge(std::string_view text) {
  const std::size_t equals = text.find('=');
  std::string_view name = text.substr(0, equals);
  bool on = false;
  const value_taker read = truth([&on](bool value) { on = value; });
  if (equals == std::string_view::npos || name.empty() || read(std::string(text.substr(equals + 1))))
    return "a list of GATE=true or GATE=false, with commas between them";
  if (name.starts_with("kube:")) name.remove_prefix(5);
  for (const gate& g : gates)
    if (g.name == name && g.on != on)
      return fmt::format("possible here: {} is {}, as is the default of kube-scheduler v1.37", name,
                         g.on ? "always on" : "always off");
  return std::nullopt;
}

}  // namespace

value_taker feature_gates(std::vector<ignored_flag>& ignored) {
  return [&ignored](const std::string& value) -> refusal {
    for (std::string_view rest = value; !rest.empty();) {
      const std::size_t end = rest.find(',');
      if (refusal wrong = judge(rest.substr(0, end))) return wrong;
      rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    if (!value.empty()) ignored.push_back({"--feature-gates=" + value, "these gates change nothing here"});
    return std::nullopt;
  };
}

}  // namespace berth::controller
