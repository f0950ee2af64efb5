#pragma once

#include "scoring/arguments.hpp"

/// The arguments of upstream plugins that are not there yet, read for their errors: a configuration that kube-scheduler
/// would refuse is refused. Upstream: apis/config/validation, validation_pluginargs.go.
namespace berth::scoring {

void no_arguments(arguments& args);
void read_default_preemption_arguments(arguments& args);
void read_dynamic_resources_arguments(arguments& args);

}  // namespace berth::scoring
