#pragma once

#include "scoring/arguments.hpp"
#include "scoring/engine/profile_config.hpp"

#include <string_view>
#include <vector>

/// The profiles of a KubeSchedulerConfiguration. A part of configuration.cpp, of a file of its own for its length.
namespace berth::controller {

inline constexpr std::string_view configuration_api_version = "kubescheduler.config.k8s.io/v1";

/// Takes `profiles` and `percentageOfNodesToScore` of the document; errors name paths in it.
std::vector<scoring::profile_config> read_profiles(scoring::arguments& document);

}  // namespace berth::controller
