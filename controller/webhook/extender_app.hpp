#pragma once

#include "controller/config/extender_options.hpp"
#include "scoring/registry.hpp"

/// `berth extender`: the plugins of a configuration, served to a kube-scheduler as a Scheduler Extender webhook.
namespace berth::controller {

/// The exit code, as run_scheduler's.
int run_extender(const extender_options& options, const scoring::registry& plugins);

}  // namespace berth::controller
