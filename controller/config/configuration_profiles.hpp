#pragma once

#include "scoring/arguments.hpp"
#include "scoring/engine/profile_config.hpp"

#include <string>
#include <string_view>
#include <vector>

/// The profiles of a KubeSchedulerConfiguration. A part of configuration.cpp, of a file of its own for its length.
namespace berth::controller {

inline constexpr std::string_view configuration_api_version = "kubescheduler.config.k8s.io/v1";

/// Takes `profiles` and `percentageOfNodesToScore` of the document; errors name paths in it.
std::vector<scoring::profile_config> read_profiles(scoring::arguments& document);

/// The same error, with the file named ("": there is none), on one line: controls in what the file says become '?'.
scoring::configuration_error in_file(const std::string& file, const scoring::configuration_error& e);

}  // namespace berth::controller
