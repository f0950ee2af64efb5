#pragma once

#include "controller/runtime/instant.hpp"

#include <cstddef>
#include <memory>
#include <string_view>

namespace prometheus {
class Registry;
}

/// Metrics of `berth extender`: requests, latency and sizes by verb ("filter", "prioritize", "preempt", "bind").
///
/// Thread safety: any thread. All series are made at the start.
namespace berth::controller {

class extender_metrics {
 public:
  explicit extender_metrics(prometheus::Registry& registry);
  ~extender_metrics();

  /// What came of a request: an answer, or an error in its place.
  void judged(std::string_view verb, bool well);
  /// The answer is ready to be sent, whatever it is.
  void answered(std::string_view verb, duration took, std::size_t request_bytes, std::size_t response_bytes);

 private:
  struct series;
  std::unique_ptr<series> series_;
};

}  // namespace berth::controller
