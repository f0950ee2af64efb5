#pragma once

#include "scoring/registry.hpp"

#include <iosfwd>
#include <string>

/// `berth explain --cluster FILE` and `berth simulate --cluster FILE`: what would be decided, and why, for the pending
/// pods of a dumped cluster. Reads files and writes streams; talks to nobody, and is the same every time.
namespace berth::controller {

struct explain_options {
  std::string cluster_file;  ///< a v1.List or several documents, JSON or YAML; "-" is standard input
  std::string config_file;   ///< "": every pending pod is judged with the default plugins, whatever its schedulerName
  std::string output = "text";    ///< text or json
  bool simulate = false;          ///< one after another in queue order, each placed before the next is judged
  std::string program = "berth";  ///< what errors begin with
};

/// Returns the exit code: 0 all pods fit, 1 some do not, 2 something was wrong (told on `err`; what could be judged is
/// on `out` all the same). Malformed objects of the file are left out and named.
int run_explain(const explain_options& options, const scoring::registry& plugins, std::ostream& out, std::ostream& err);

}  // namespace berth::controller
