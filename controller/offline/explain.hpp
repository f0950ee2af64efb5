#pragma once

#include "controller/config/explain_options.hpp"
#include "scoring/registry.hpp"

#include <iosfwd>

/// `berth explain --cluster FILE` and `berth simulate --cluster FILE`: what would be decided, and why, for the pending
/// pods of a dumped cluster. Reads files and writes streams; talks to nobody, and is the same every time.
namespace berth::controller {

/// Returns the exit code: 0 all pods fit, 1 some do not, 2 something was wrong, or there was no pod to judge (told on
/// `err`; what could be judged is on `out` all the same). Malformed objects of the file are left out and named; what
/// takes no part (other kinds, pods of other schedulers) is told on `err`, and is not wrong.
int run_explain(const explain_options& options, const scoring::registry& plugins, std::ostream& out, std::ostream& err);

}  // namespace berth::controller
