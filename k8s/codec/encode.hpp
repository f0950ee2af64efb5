#pragma once

#include "k8s/api/binding.hpp"
#include "k8s/api/event_record.hpp"
#include "k8s/api/lease.hpp"
#include "k8s/error.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// What we send to the API server, as JSON. Bytes that are not UTF-8 become U+FFFD: what comes out is always valid
/// JSON.
namespace berth::k8s {

/// POST .../pods/NAME/binding
std::string encode(const binding& b);

/// POST .../events
std::string encode_event(const event_record& e, event_api api);
/// PATCH .../events/NAME, strategic merge: the count and time of a repeated event (series in events.k8s.io/v1; count
/// and lastTimestamp in core/v1).
std::string encode_event_repeat(const event_record& e, event_api api);

/// The note as the API takes it: at most 1,024 bytes, cut on a code point and ended by " ...".
/// Upstream: framework.truncateMessage.
std::string cut_note(std::string note);

/// PATCH .../pods/NAME/status, strategic merge.
struct pod_status_patch {
  struct condition {
    bool status_true = false;
    std::string reason;
    std::string message;
    /// Given when the condition is new or its status changes; absent, the server's stays.
    std::optional<timestamp> transition;
    std::int64_t observed_generation = 0;
  };

  std::string uid;                                 ///< a precondition: 409 if the pod was made anew
  std::string resource_version;                    ///< another: 409 if the pod has changed; "" is none
  std::optional<condition> scheduled;              ///< PodScheduled
  std::optional<condition> disruption_target;      ///< DisruptionTarget
  std::optional<std::string> nominated_node_name;  ///< "" clears it
};
std::string encode(const pod_status_patch& p);

/// The body of a DELETE that spares an object of the same name with another uid (409).
std::string encode_delete(std::string_view uid);

/// POST .../leases, PUT .../leases/NAME
std::string encode(const lease& l);
/// What the server answers to either. Errors as in decode.hpp.
result<lease> decode_lease(std::string_view json);

}  // namespace berth::k8s
