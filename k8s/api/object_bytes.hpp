#pragma once

#include "k8s/api/node.hpp"
#include "k8s/api/pod.hpp"

#include <cstddef>

/// About how much memory an object takes: for whoever keeps objects that may be gone, and must not keep many large
/// ones. The API server admits pods of more than a megabyte; usual ones take a few hundred bytes. Pure.
///
/// Costs as much as the object is long, and little for a usual one: it looks at how long lists are, and into those
/// strings alone whose length nobody limits.
namespace berth::k8s {

std::size_t bytes_of(const pod_spec& spec) noexcept;
/// With its spec, though other pods may share that.
std::size_t bytes_of(const pod& object) noexcept;
std::size_t bytes_of(const node& object) noexcept;

}  // namespace berth::k8s
