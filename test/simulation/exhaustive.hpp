#pragma once

#include "test/simulation/run.hpp"

#include <cstddef>
#include <functional>
#include <string>

/// Exhaustive plans: a small life without trouble, and then that life again with each strike at each of its points. All
/// must end as the undisturbed one did. After Sieve (OSDI'22): crash between writes, unobserved state, stale state.
namespace berth::simulation {

constexpr int small_lives = 12;

/// A life whose end hangs on nothing but itself: room for every pod that fits anywhere, pods that fit nowhere, and pods
/// deleted by name.
plan small_life(int number);

struct exhaustive_result {
  std::size_t plans = 0;
  std::size_t divergences = 0;
  std::size_t excused = 0;  ///< ends that differ in what may differ: the event of a binding whose process died
  duration lasted{0};
  duration known_after{0};  ///< at most, see outcome
};

/// `tell` is given a line for each divergence, with how to repeat it.
exhaustive_result strike_everywhere(int life, const std::function<void(const std::string&)>& tell);

/// How an end differs from the undisturbed one: nothing, or a line.
std::string difference(const end_state& undisturbed, const outcome& struck, const strike& by, bool& excused);

}  // namespace berth::simulation
