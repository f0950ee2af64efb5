#pragma once

#include "k8s/api/metadata.hpp"

#include <cstdint>
#include <optional>
#include <string>

/// coordination.k8s.io/v1 Lease. A plain value.
namespace berth::k8s {

/// A PUT replaces the whole object: labels, annotations and the fields of coordinated election are kept here so that
/// they are sent back as they were.
struct lease {
  object_key key;
  std::string uid;
  std::string resource_version;  ///< "" when creating; else the precondition of the PUT
  string_map labels;
  string_map annotations;

  std::string holder_identity;
  std::int32_t duration_seconds = 0;
  std::optional<timestamp> acquired;
  std::optional<timestamp> renewed;
  std::int32_t transitions = 0;
  std::string strategy;          ///< "" unless coordinated election is used
  std::string preferred_holder;  ///< set: step down

  bool operator==(const lease&) const = default;
};

}  // namespace berth::k8s
