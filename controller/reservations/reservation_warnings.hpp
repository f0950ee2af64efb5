#pragma once

#include "controller/cluster/cycle_observer.hpp"
#include "controller/events/event_recorder.hpp"
#include "controller/queue/profiles.hpp"
#include "k8s/api/node.hpp"
#include "k8s/text/keyed_hash.hpp"
#include "scoring/cluster.hpp"

#include <cstddef>
#include <set>
#include <string>

/// Tells on the node what is wrong with annotations that mean to reserve room there
/// (scoring/reservations/reservations.hpp): one warning event for each key and value, which `kubectl describe node`
/// shows.
///
/// Only where a profile heeds reservations (NodeReservation); the event is from the first that does. What was told of a
/// node is remembered for as long as it stands there; across restarts and replicas the event's name is the memory. Of
/// one node at most 16 at a time are told. On the one strand; what is passed by reference outlives it.
namespace berth::controller {

inline constexpr event_kind invalid_reservation_event{"Warning", "InvalidReservation", "Reserving", true, true};

class reservation_warnings final : public cycle_observer {
 public:
  static constexpr std::size_t most_per_node = 16;

  reservation_warnings(const profiles& all, event_recorder& events, const scoring::cluster& nodes);

  // A replica that waits for the lease leaves the telling to the one that has it.
  void leads() override;
  void node_changed(const k8s::node_ptr& before, const k8s::node_ptr& after) override;

 private:
  void look_at(const k8s::node& node);

  struct of_node {
    std::string uid;
    std::set<std::string> notes;
  };

  const event_reporter* by_ = nullptr;  ///< nullptr: nobody heeds reservations
  event_recorder& events_;
  const scoring::cluster& nodes_;
  bool leading_ = false;
  k8s::text_map<of_node> told_;  ///< only nodes with something wrong
};

}  // namespace berth::controller
