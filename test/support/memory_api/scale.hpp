#pragma once

#include "test/support/memory_api/json.hpp"

/// The sub-resource `scale` of workloads.
namespace berth::memory_api {

/// autoscaling/v1 Scale, as it is shown for a Deployment, ReplicaSet and the like.
json scale_of(const json& workload);

}  // namespace berth::memory_api
