#pragma once

#include "controller/bind/placement.hpp"
#include "controller/queue/profiles.hpp"
#include "controller/queue/scheduling_queue.hpp"

#include <memory>
#include <optional>

/// One pod on its way from the queue to a node, and all that is remembered of it until it is bound or back in the
/// queue.
namespace berth::controller {

struct attempt {
  queue_entry entry;
  profile_at_work* profile = nullptr;
  instant started{};
  instant held_since{};              ///< while it waits in Permit, and after
  scoring::cycle_state cycle;        ///< of the decision; from then on the placement has it
  std::optional<placement> placed;   ///< once a node was chosen
  std::string pre_bind_plugin;       ///< that has the pod wait, while it does
  k8s::errc answer = k8s::errc::ok;  ///< to the binding, where one was sent
  bool nominated = false;            ///< the server was told of the node, in status.nominatedNodeName
  std::size_t evaluated_nodes = 0;
  std::size_t feasible_nodes = 0;

  const k8s::pod& pod() const noexcept { return *entry.pod.pod; }
};

using attempt_ptr = std::unique_ptr<attempt>;

}  // namespace berth::controller
