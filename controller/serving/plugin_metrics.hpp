#pragma once

#include "controller/runtime/instant.hpp"
#include "scoring/engine/plugin_call.hpp"
#include "scoring/status.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace prometheus {
class Registry;
}

/// Metrics of single plugins: how often each was asked at an extension point, and how long it took.
///
/// Told of every call of every plugin, so it finds its series by number: labels are built for the first call alone.
namespace berth::controller {

class plugin_metrics {
 public:
  plugin_metrics(prometheus::Registry& registry, const std::vector<std::string>& profiles);
  ~plugin_metrics();

  /// `took` is absent where the call was not timed.
  void asked(std::size_t profile, const scoring::plugin_call& call, scoring::code how, std::optional<duration> took);

 private:
  struct series;
  std::unique_ptr<series> series_;
};

}  // namespace berth::controller
