#pragma once

#include "controller/config/flag.hpp"
#include "controller/config/options.hpp"

/// What each command takes, one file per command. The options outlive the parse.
namespace berth::controller {

command_flags run_flags(run_options& o);
command_flags extender_flags(extender_options& o);
/// Of explain, or of simulate where the options say so.
command_flags explain_flags(explain_options& o);
command_flags trace_flags(trace_options& o);

}  // namespace berth::controller
