#pragma once

#include "controller/config/trace_options.hpp"

#include <iosfwd>

/// `berth trace`: asks a running scheduler for the journey of one pod, and prints it.
namespace berth::controller {

/// The exit code: 0, or 1 where there is nothing to show (told on `err` in one line); while watching, 1 where the pod
/// was deleted before it was bound.
int run_trace(const trace_options& options, std::ostream& out, std::ostream& err);

}  // namespace berth::controller
