#pragma once

#include "test/simulation/run.hpp"

/// What cannot be expected of a run, by what goes wrong in it.
namespace berth::simulation {

/// A watch may have missed something of which its reflector cannot know: it is found by comparing, which takes longer.
bool misses_something(const plan& p, const run_options& options);

/// Where one binds a pod and another, which was not shown that, finds it bound as it meant to, each says that it did:
/// two that act at one moment, or one that takes over before a watch cache that is behind.
bool may_say_twice(const plan& p, const run_options& options);

}  // namespace berth::simulation
