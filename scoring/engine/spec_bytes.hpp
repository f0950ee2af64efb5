#pragma once

#include "k8s/api/pod.hpp"

#include <cstddef>

/// About how much memory a spec takes: for whoever keeps specs of pods that may be gone, and must not keep many large
/// ones. The API server admits specs of more than a megabyte; usual ones take some hundred bytes.
namespace berth::scoring {

/// Costs as much as the spec is long, and little for a usual one: it looks at how long the lists are, and not into
/// strings.
std::size_t bytes_of(const k8s::pod_spec& spec) noexcept;

}  // namespace berth::scoring
