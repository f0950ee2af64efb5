#pragma once

#include "controller/extenders/consultation.hpp"
#include "k8s/clock.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <vector>

/// The extenders at work, as configured; and what must be kept of the cluster for them.
namespace berth::controller {

/// Reads their certificates: throws scoring::configuration_error where those cannot be used. `io` runs their
/// connections; `time` and `out` outlive them.
extenders make_extenders(const std::vector<extender_configuration>& configured, boost::asio::any_io_executor io,
                         k8s::clock& time, const log& out);

struct whole_objects {
  bool pods = false;         ///< some extender has a say in where pods go, or whom they evict
  bool nodes = false;        ///< some such extender is not nodeCacheCapable
  bool placed_pods = false;  ///< some extender judges evictions, and is not nodeCacheCapable
};
whole_objects whole_objects_for(const std::vector<extender_configuration>& configured);

}  // namespace berth::controller
