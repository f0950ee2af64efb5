#pragma once

#include "controller/config/options.hpp"

namespace CLI {
class App;
}

/// The flags of each command, one file per command. Called by parse_command_line; the options outlive the parse.
namespace berth::controller {

void add_run_flags(CLI::App& to, run_options& o);
/// Of explain and of simulate.
void add_explain_flags(CLI::App& to, explain_options& o);
void add_extender_flags(CLI::App& to, extender_options& o);
void add_trace_flags(CLI::App& to, trace_options& o);

}  // namespace berth::controller
