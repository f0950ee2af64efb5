#pragma once

#include <optional>
#include <string>
#include <vector>

namespace berth::controller {

/// `berth explain` and `berth simulate`.
struct explain_options {
  std::string cluster_file;  ///< a v1.List or several documents, JSON or YAML; "-" is standard input; "" where `live`
  std::string config_file;   ///< "": every pending pod is judged with the default plugins, whatever its schedulerName
  std::string output = "text";          ///< text or json
  bool simulate = false;                ///< one after another in queue order, each placed before the next is judged
  std::string program = "berth";        ///< what errors begin with
  std::optional<std::string> pod = {};  ///< NAMESPACE/NAME of the only pod to tell about; absent: all that are pending
  bool live = false;                    ///< the API server is asked about `pod`, and there is no file
  std::string kubeconfig = {};          ///< where it is, as for `berth run`
  std::string context = {};
  std::string master = {};
  std::string nodes = "all";            ///< which are shown: all, refused, best or none
  std::string namespace_ = {};          ///< as typed; empty after `with_words`
  std::vector<std::string> words = {};  ///< as typed beside the flags; empty after `with_words`
};

/// Makes the cluster's file and the pod's full name of what was typed. Throws usage_error, which says what to type.
explain_options with_words(explain_options options);

}  // namespace berth::controller
