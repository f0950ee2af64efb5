#pragma once

#include "scoring/cluster_event.hpp"
#include "scoring/plugin.hpp"

#include <string>
#include <vector>

/// What the queue asks the profiles. A seam for its tests; profiles.hpp has the real one.
namespace berth::controller {

class queue_policy {
 public:
  virtual ~queue_policy() = default;
  /// Anything but success keeps the pod gated; the status names the plugin.
  virtual scoring::status pre_enqueue(const scoring::pod_info& pod) const = 0;
  /// QueueSort. A strict weak order; ties are broken by arrival.
  virtual bool before(const scoring::queued_pod& a, const scoring::queued_pod& b) const = 0;
  /// Whether the event may cure a refusal of the pod by any of these plugins.
  virtual bool queueing_hint(const scoring::pod_info& pod, const std::vector<std::string>& refused_by,
                             const scoring::cluster_event& event) const = 0;
};

}  // namespace berth::controller
