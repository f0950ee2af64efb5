#pragma once

#include "controller/config/configuration.hpp"
#include "controller/config/run_options.hpp"

/// `--write-config-to FILE`, or - for standard output: what the configuration file and the flags come to.
namespace berth::controller {

/// Writes the file, over one that is there. `merged` is what `merge(options)` returned. Throws std::runtime_error that
/// names the file.
void write_config(const run_options& options, const scheduler_configuration& merged);

}  // namespace berth::controller
