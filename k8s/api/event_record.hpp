#pragma once

#include "k8s/api/metadata.hpp"

#include <cstdint>
#include <optional>
#include <string>

/// A Kubernetes Event, in one form for both of its APIs. A plain value.
namespace berth::k8s {

/// Events are written to events.k8s.io/v1, or to core/v1 where the server does not have that group.
enum class event_api { events_v1, core_v1 };

struct object_reference {
  std::string api_version;
  std::string kind;
  std::string namespace_;
  std::string name;
  std::string uid;
  std::string resource_version;

  bool operator==(const object_reference&) const = default;
};

struct event_record {
  object_key key;  ///< its name is by convention "<object>.<hex of the time in ns>"
  object_reference regarding;
  std::optional<object_reference> related;
  std::string type = "Normal";  ///< or "Warning"
  std::string reason;
  std::string action;      ///< required by events.k8s.io/v1
  std::string note;        ///< at most 1,024 bytes: see cut_note
  std::string controller;  ///< reportingController: what `kubectl describe` shows as From
  std::string instance;    ///< reportingInstance: at most 128 bytes
  timestamp first;
  timestamp last;
  std::int32_t count = 1;
};

}  // namespace berth::k8s
