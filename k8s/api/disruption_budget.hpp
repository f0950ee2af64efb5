#pragma once

#include "k8s/api/metadata.hpp"
#include "k8s/api/selector.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

/// A PodDisruptionBudget: how many of some pods may go at this time. In the fields that are read here; immutable once
/// decoded.
namespace berth::k8s {

struct disruption_budget {
  object_key key;
  std::string uid;
  std::string resource_version;
  std::optional<label_selector> selector;
  std::int32_t disruptions_allowed = 0;  ///< status.disruptionsAllowed
  string_map disrupted_pods;  ///< status.disruptedPods: names of pods that are counted already, and since when

  bool operator==(const disruption_budget&) const = default;
};

using disruption_budget_ptr = std::shared_ptr<const disruption_budget>;

}  // namespace berth::k8s
