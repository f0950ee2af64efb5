#pragma once

#include "controller/config/explain_options.hpp"
#include "k8s/codec/cluster_file.hpp"
#include "scoring/registry.hpp"

#include <functional>
#include <iosfwd>
#include <string>

/// `berth explain --cluster FILE` and `berth simulate --cluster FILE`: what would be decided, and why, for the pending
/// pods of a dumped cluster. Reads files and writes streams; talks to nobody, and is the same every time.
namespace berth::controller {

/// Returns the exit code: 0 all pods fit, 1 some do not, 2 something was wrong, or there was no pod to judge (told on
/// `err`; what could be judged is on `out` all the same). Malformed objects of the file are left out and named; what
/// takes no part (other kinds, pods of other schedulers) is told on `err`, and is not wrong.
int run_explain(const explain_options& options, const scoring::registry& plugins, std::ostream& out, std::ostream& err);

/// Where the objects come from, and what that is called in messages. `load` throws where they cannot be had.
struct cluster_source {
  std::string name;
  std::function<k8s::cluster_objects()> load;
};
/// The same over the objects of another source than the file that the options name.
int run_explain(const explain_options& options, const scoring::registry& plugins, const cluster_source& from,
                std::ostream& out, std::ostream& err);

}  // namespace berth::controller
