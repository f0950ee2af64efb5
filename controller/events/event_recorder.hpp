#pragma once

#include "controller/events/event_series.hpp"
#include "controller/runtime/job_list.hpp"
#include "controller/runtime/task_group.hpp"
#include "controller/runtime/wakeup.hpp"

#include <optional>
#include <string>
#include <utility>

/// Writes events, apart from everything else: recording never waits, and a slow or absent server costs events, not
/// pods.
///
/// Through events.k8s.io/v1, or core/v1 where the server does not have that group; which one is asked first, once.
/// On the one strand. `api`, `time`, the listener and the reporters outlive it.
namespace berth::controller {

struct event_recorder_settings {
  event_series_settings series;
  std::size_t lanes = 8;  ///< writes in flight
};

/// Told what became of each event: "written", "failed", "discarded" (the queue was full).
class event_listener {
 public:
  virtual ~event_listener() = default;
  virtual void event_ended(const char* outcome) = 0;
};

class event_recorder {
 public:
  event_recorder(boost::asio::any_io_executor strand, k8s::client& api, alarm_clock& time,
                 event_recorder_settings settings, event_listener& listener);

  void record(const k8s::object_reference& about, const event_kind& kind, const event_reporter& by, std::string note,
              std::optional<k8s::object_reference> related = std::nullopt);
  void record(const k8s::pod& pod, const event_kind& kind, const event_reporter& by, std::string note) {
    record(reference_to(pod), kind, by, std::move(note));
  }

  /// Starts the loops; they run until cancelled.
  void start(task_group& tasks);
  /// Writes what is left; returns when all is written or at `deadline`.
  k8s::task<void> flush(instant deadline);

  const event_series& series() const noexcept { return series_; }

 private:
  k8s::task<void> dispatch();
  k8s::task<void> lane();
  k8s::task<void> find_api();
  k8s::task<event_series::outcome> write(const event_series::write& what);
  void hand_out();

  k8s::client& api_;
  alarm_clock& clock_;
  event_recorder_settings settings_;
  event_listener& listener_;
  event_series series_;
  job_list<event_series::write> jobs_;
  wakeup due_;
  wakeup written_;
  std::size_t busy_ = 0;
  k8s::event_api form_ = k8s::event_api::events_v1;
  bool api_known_ = false;
};

}  // namespace berth::controller
