#pragma once

#include "k8s/api/metadata.hpp"

#include <chrono>
#include <string>

/// Whether a workload asks that the room of its rebuilt pods be kept, and for how long. Pure.
///
///   berth.dev/reserve-on-recreate: "10m"     a Go duration, at most 24h; "0s" says no, as no annotation does
///
/// "0s" is there because the deployment controller copies a Deployment's annotations to its ReplicaSets and never
/// takes one away.
namespace berth::controller {

inline constexpr const char* opt_in_annotation = "berth.dev/reserve-on-recreate";
inline constexpr std::chrono::hours longest_hold{24};

struct opt_in {
  std::chrono::seconds hold{0};  ///< 0: does not ask. Rounded up to whole seconds, as the reservations' times are
  std::string problem;           ///< what is wrong with the annotation; "" where nothing is. Then hold is 0

  bool operator==(const opt_in&) const = default;
};

opt_in opt_in_of(const k8s::string_map& annotations);

}  // namespace berth::controller
