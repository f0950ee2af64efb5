#pragma once

#include "controller/cluster/cluster_cache.hpp"
#include "controller/observe/journeys.hpp"
#include "controller/serving/http_server.hpp"

#include <optional>
#include <string_view>

/// /debug/trace/NAMESPACE/NAME: the journey of a pod as JSON (docs/trace.md), or a v1.Status that says why there is
/// none. Pure; on the one strand.
namespace berth::controller {

/// Nothing for any other path. The query may have `after=N`: only the steps from that number on.
std::optional<http_answer> answer_trace(std::string_view target, const journeys& kept, const cluster_cache& cache,
                                        instant now, wall_time wall);

}  // namespace berth::controller
