#pragma once

#include "k8s/api/metadata.hpp"
#include "k8s/api/quantity.hpp"
#include "k8s/error.hpp"

#include <cstddef>
#include <string>
#include <string_view>

/// Whom a reservation is for, and how long: the JSON in the annotation `berth.dev/reservation.<id>` that stands beside
/// the amounts (reservations.hpp). A plain value; pure.
///
///   {"owner":"ReplicaSet/default/web-5f7c9d8b7c","ownerUid":"...","pod":"default/web-5f7c9d8b7c-x2k4q",
///    "since":"2026-01-02T15:04:05Z","expires":"2026-01-02T15:14:05Z","resources":{"nvidia.com/gpu":"1"}}
namespace berth::scoring {

struct reservation_record {
  std::string owner_kind;
  k8s::object_key owner;
  std::string owner_uid;
  k8s::object_key pod;  ///< the one that was deleted; in the owner's namespace
  k8s::timestamp since;
  k8s::timestamp expires;
  /// Those whose names fit no annotation key of their own.
  k8s::resource_list resources;

  bool operator==(const reservation_record&) const = default;
};

inline constexpr std::size_t max_reservation_record_bytes = 16 * 1024;
inline constexpr std::size_t max_reservation_record_resources = 64;

/// Strict JSON. All fields but `resources` are required; fields that are not known are left alone, so that a newer
/// berth may write more. Errors name the field: `ownerUid: missing`, `resources.nvidia.com/gpu: "x" is not a quantity`.
k8s::result<reservation_record> decode_reservation_record(std::string_view json);

/// Times in whole seconds.
std::string encode_reservation_record(const reservation_record& record);

}  // namespace berth::scoring
