#pragma once

#include "k8s/client.hpp"
#include "k8s/clock.hpp"

#include <cstddef>

/// Memory that a spike of objects took, and that they left, is given back to the machine: glibc keeps it otherwise.
namespace berth::controller {

struct memory_level {
  std::size_t resident = 0;  ///< bytes, of the whole process
  std::size_t in_use = 0;    ///< bytes that are allocated
};

/// Whether something was freed since memory was last given back, so that doing it again is worth while: more is
/// resident than was then, or less is in use. By at least a sixteenth, or a megabyte. Pure.
bool worth_giving_back(memory_level then, memory_level now);

/// Looks once a minute; runs until cancelled, best apart from decisions, though allocations wait for the milliseconds
/// that it takes.
k8s::task<void> give_back_memory(k8s::clock& time);

}  // namespace berth::controller
