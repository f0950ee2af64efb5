#pragma once

#include "test/simulation/run.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

/// Makes a plan that shows a violation smaller, as long as it still shows one of the same property.
namespace berth::simulation {

/// The numbers of the operations of random_plan(seed) that are left.
std::vector<std::size_t> shrink(const plan& p, const std::string& property, std::size_t most_tries = 400);

plan with_only(const plan& p, const std::vector<std::size_t>& kept);
bool violates(const outcome& o, const std::string& property);

}  // namespace berth::simulation
