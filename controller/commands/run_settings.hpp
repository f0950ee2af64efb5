#pragma once

#include "controller/config/configuration.hpp"
#include "controller/config/run_options.hpp"
#include "controller/schedule/scheduler_settings.hpp"
#include "k8s/http/http_client.hpp"
#include "k8s/lease/leader_elector_step.hpp"

#include <cstdint>
#include <string>

/// What the command line and the configuration file say together, for each part of the process. Flags override the
/// file.
namespace berth::controller {

/// Reads the file, or makes the one profile that there is without one. Throws scoring::configuration_error.
scheduler_configuration merge(const run_options& options);

k8s::client_options client_settings_of(const scheduler_configuration& configuration, const run_options& options);
scheduler_settings scheduler_settings_of(const scheduler_configuration& configuration, const run_options& options,
                                         std::uint64_t seed);
k8s::leader_election_settings election_settings_of(const scheduler_configuration& configuration, std::string identity);

}  // namespace berth::controller
