#pragma once

#include "k8s/client.hpp"
#include "k8s/clock.hpp"

#include <cstddef>

/// Memory that a spike of objects took, and that they left, is given back to the machine: glibc keeps it otherwise.
namespace berth::controller {

/// Whether it is worth while: of what is resident, much is in use for nothing. Pure.
bool worth_giving_back(std::size_t resident_bytes, std::size_t used_bytes);

/// Looks once a minute; runs until cancelled, best apart from decisions, though allocations wait for the milliseconds that
/// it takes.
k8s::task<void> give_back_memory(k8s::clock& time);

}  // namespace berth::controller
