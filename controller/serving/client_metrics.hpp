#pragma once

#include "controller/runtime/instant.hpp"
#include "k8s/error.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace prometheus {
class Registry;
}

/// Metrics of what is asked of the API server and of what comes back: requests, watches, events written.
namespace berth::controller {

class client_metrics {
 public:
  explicit client_metrics(prometheus::Registry& registry);
  ~client_metrics();

  /// The label `host` from now on: "https://10.0.0.1:6443" becomes "10.0.0.1:6443".
  void asks(std::string_view server);
  struct request {
    const char* verb;  ///< "GET" or another literal
    int code;          ///< 0: no answer came
    /// Absent of watches, which last as long as the server likes.
    std::optional<duration> took = std::nullopt;
    std::optional<std::size_t> sent_bytes = std::nullopt;
    std::optional<std::size_t> received_bytes = std::nullopt;
  };
  void requested(const request& r);

  /// What goes wrong with this resource is counted from now on, from 0.
  void follows(std::string_view resource);
  /// berth_dropped_objects_total: could not be decoded.
  void dropped_object(std::string_view resource);
  /// berth_watch_missed_total: a change that the watch never brought, found by comparing.
  void missed_line(std::string_view resource);
  /// berth_watch_failures_total.
  void watch_failed(std::string_view resource, k8s::errc why);
  /// berth_events_total: what became of an event ("written", "failed", "discarded").
  void event_written(std::string_view outcome, std::size_t count = 1);

 private:
  struct series;
  std::unique_ptr<series> series_;
};

}  // namespace berth::controller
