#include "scoring/engine/profile_config.hpp"

namespace berth::scoring {

namespace {

struct point_names {
  std::string_view in_config;
  std::string_view in_metrics;
};

constexpr point_names names[extension_point_count] = {
    {"preEnqueue", "PreEnqueue"}, {"queueSort", "QueueSort"}, {"preFilter", "PreFilter"}, {"filter", "Filter"},
    {"postFilter", "PostFilter"}, {"preScore", "PreScore"},   {"score", "Score"},         {"reserve", "Reserve"},
    {"permit", "Permit"},         {"preBind", "PreBind"},     {"bind", "Bind"},           {"postBind", "PostBind"},
};

}  // namespace

std::string_view config_name(extension_point p) noexcept { return names[static_cast<std::size_t>(p)].in_config; }

std::string_view metric_name(extension_point p) noexcept { return names[static_cast<std::size_t>(p)].in_metrics; }

// Upstream: apis/config/v1/default_plugins.go, with the feature gates' defaults.
std::vector<plugin_entry> default_plugins() {
  return {
      {"SchedulingGates", 0, ""},
      {"PrioritySort", 0, ""},
      {"NodeName", 0, ""},
      {"NodeUnschedulable", 0, ""},
      {"TaintToleration", 3, ""},
      {"NodeAffinity", 2, ""},
      {"NodePorts", 0, ""},
      {"NodeResourcesFit", 1, ""},
      {"VolumeRestrictions", 0, ""},
      {"NodeVolumeLimits", 0, ""},
      {"VolumeBinding", 0, ""},
      {"VolumeZone", 0, ""},
      {"PodTopologySpread", 2, ""},
      {"InterPodAffinity", 2, ""},
      {"DynamicResources", 2, ""},
      {"DefaultPreemption", 0, ""},
      {"NodeResourcesBalancedAllocation", 1, ""},
      {"ImageLocality", 1, ""},
      {"DefaultBinder", 0, ""},
      {"NodeDeclaredFeatures", 0, ""},
  };
}

}  // namespace berth::scoring
