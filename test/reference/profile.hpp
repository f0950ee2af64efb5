#pragma once

#include "k8s/text/value.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// A profile of a KubeSchedulerConfiguration: which plugins are asked at which point, with which arguments.
/// Upstream: apis/config/v1/default_plugins.go (mergePluginSet); framework/runtime (expandMultiPointPlugins).
namespace berth::reference {

struct profile {
  std::string scheduler_name;
  std::vector<std::string> pre_enqueue, pre_filter, filter, post_filter, pre_score, score;
  std::map<std::string, std::int64_t> weights;
  std::map<std::string, k8s::value> arguments;

  const k8s::value& arguments_of(const std::string& plugin) const;
};

/// `config` is the file, null for kube-scheduler's defaults. Plugins that the reference does not have are left out.
std::vector<profile> read_profiles(const k8s::value& config);

}  // namespace berth::reference
