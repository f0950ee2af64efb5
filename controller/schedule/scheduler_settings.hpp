#pragma once

#include "controller/events/event_recorder.hpp"
#include "controller/queue/scheduling_queue.hpp"
#include "k8s/leadership.hpp"

#include <cstdint>

/// What may be set of the scheduler.
namespace berth::controller {

struct scheduler_settings {
  queue_settings queue;
  event_recorder_settings events;
  std::size_t bindings_in_flight = 32;
  std::size_t status_writes_in_flight = 8;
  duration verify_assumed_after = seconds(60);
  const k8s::leadership* lead = nullptr;  ///< nothing is decided or bound while it is not fresh; null: no election
  bool remedies_in_events = false;        ///< see remedy_notes.hpp
  std::uint64_t seed = 0;                 ///< of tie-breaks and jitter
};

}  // namespace berth::controller
