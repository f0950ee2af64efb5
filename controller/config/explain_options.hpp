#pragma once

#include <string>

namespace berth::controller {

/// `berth explain` and `berth simulate`.
struct explain_options {
  std::string cluster_file;  ///< a v1.List or several documents, JSON or YAML; "-" is standard input
  std::string config_file;   ///< "": every pending pod is judged with the default plugins, whatever its schedulerName
  std::string output = "text";    ///< text or json
  bool simulate = false;          ///< one after another in queue order, each placed before the next is judged
  std::string program = "berth";  ///< what errors begin with
};

}  // namespace berth::controller
