#pragma once

#include "k8s/api/pod.hpp"

#include <string>
#include <string_view>

/// What a plugin threw where its answer has no place for an error: QueueSort, Unreserve, PostBind, a queueing hint.
namespace berth::scoring {

struct plugin_fault {
  std::string_view plugin;
  std::string_view point;  ///< "Unreserve"
  const k8s::pod& pod;
  std::string message;  ///< `running Unreserve plugin "X": threw an exception: ...`
};

/// Told of each, during the call. Called on the cluster's strand; no call may use the profile. Everything in a fault
/// lives as long as the call.
class fault_listener {
 public:
  virtual ~fault_listener() = default;
  virtual void plugin_threw(const plugin_fault& fault) = 0;
};

}  // namespace berth::scoring
