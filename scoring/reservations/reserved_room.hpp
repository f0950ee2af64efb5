#pragma once

#include "scoring/cluster.hpp"
#include "scoring/reservations/reserved_nodes.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What reservations leave of a node for one pod: the arithmetic of NodeReservation, for whoever must agree with it.
///
/// A reservation takes its amounts from every pod but one of its owner's. It counts for nothing while the pod that it
/// is named after is placed on the node: that room is not free yet. A pod may use one reservation of its owner on a
/// node, the others count against it. Pure functions of the index.
namespace berth::scoring {

/// Whether the pod is one of the workload that the reservation is for.
bool is_for(const reservation& r, const k8s::pod_spec& pod);

/// What reservations leave for one pod. Borrows the pod and the cluster: good until the next change.
class reserved_room {
 public:
  reserved_room(const pod_info& pod, const cluster& nodes);

  struct answer {
    /// What is short because of reservations, as NodeResourcesFit says it: "Too many pods", "Insufficient cpu". Empty:
    /// the pod fits.
    std::vector<std::string> lacking;
    /// The one of its owner's that the pod would use, where it would not fit without; else nullptr.
    const reservation* uses = nullptr;
  };
  /// n is in nodes(). Only what reservations there reserve is looked at: the rest is NodeResourcesFit's.
  answer on(node_id n) const;

 private:
  const pod_info& pod_;
  const cluster& nodes_;
  const reserved_nodes& reserved_;
};

}  // namespace berth::scoring
