#pragma once

#include "controller/bind/placement.hpp"
#include "controller/queue/profiles.hpp"
#include "controller/queue/scheduling_queue.hpp"

#include <cstdint>
#include <memory>
#include <optional>

/// One pod on its way from the queue to a node, and all that is remembered of it until it is bound or back in the
/// queue.
namespace berth::controller {

struct attempt {
  queue_entry entry;
  profile_at_work* profile = nullptr;
  instant started{};
  instant held_since{};             ///< while it waits in Permit, and after
  scoring::cycle_state cycle;       ///< of the decision; from then on the placement has it
  std::optional<placement> placed;  ///< once a node was chosen
  std::string pre_bind_plugin;      ///< that has the pod wait, while it does
  bool servers_fault = false;       ///< that the binding was refused
  std::uint64_t arrivals = 0;       ///< on its node when it was placed: see cluster_cache::arrivals_on
  bool nominated = false;           ///< the server was told of the node, in status.nominatedNodeName
  std::size_t evaluated_nodes = 0;
  std::size_t feasible_nodes = 0;

  const k8s::pod& pod() const noexcept { return *entry.pod.pod; }
};

using attempt_ptr = std::unique_ptr<attempt>;

}  // namespace berth::controller
