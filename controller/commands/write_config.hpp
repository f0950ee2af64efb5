#pragma once

#include "controller/config/configuration.hpp"
#include "controller/config/run_options.hpp"
#include "k8s/text/value.hpp"

/// `--write-config-to FILE`, or - for standard output: what the configuration file and the flags come to.
namespace berth::controller {

/// The same as a value, for /configz. Throws as write_config does.
k8s::value configuration_in_force(const run_options& options, const scheduler_configuration& merged);

/// Writes the file, over one that is there. `merged` is what `merge(options)` returned. Throws std::runtime_error that
/// names the file.
void write_config(const run_options& options, const scheduler_configuration& merged);

}  // namespace berth::controller
