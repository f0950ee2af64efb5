#pragma once

#include "k8s/api/metadata.hpp"
#include "k8s/api/selector.hpp"

#include <memory>
#include <optional>
#include <string>

/// Services and workloads, in nothing but the pods that they select. There may be many (old ReplicaSets stay), so
/// nothing else is kept. Immutable once decoded.
namespace berth::k8s {

struct selecting_object {
  object_key key;
  std::string resource_version;
  std::optional<label_selector> selector;  ///< absent: it selects nothing

  bool operator==(const selecting_object&) const = default;
};

/// A Service or ReplicationController: spec.selector is a map of labels.
struct label_selecting : selecting_object {};
/// A ReplicaSet or StatefulSet: spec.selector is a LabelSelector.
struct workload_selecting : selecting_object {};

using label_selecting_ptr = std::shared_ptr<const label_selecting>;
using workload_selecting_ptr = std::shared_ptr<const workload_selecting>;

}  // namespace berth::k8s
