#pragma once

#include "k8s/api/metadata.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

/// A ReplicaSet, StatefulSet or ReplicationController: what keeps a number of equal pods alive. In the fields that the
/// three share and that are read here. Immutable once decoded.
///
/// The items of a list do not say what they are, so the kind is known to whoever watches the collection, and is no
/// field.
namespace berth::k8s {

struct workload {
  object_key key;
  std::string uid;
  std::string resource_version;
  string_map annotations;
  std::optional<timestamp> deleted;  ///< deletionTimestamp: being deleted
  std::int32_t replicas = 1;         ///< spec.replicas

  bool operator==(const workload&) const = default;
};

using workload_ptr = std::shared_ptr<const workload>;

/// A workload and which pods it selects, as `Selecting` (of selecting_object.hpp) says it: for those who need both, so
/// that its kind is watched once.
template <class Selecting>
struct selecting_workload {
  workload own;
  Selecting selects;
};

}  // namespace berth::k8s
