#include "test/simulation/excuses.hpp"

#include <algorithm>

namespace berth::simulation {

bool misses_something(const plan& p, const run_options& options) {
  if (options.at.what == strike::kind::lose || options.at.what == strike::kind::restore) return true;
  return std::ranges::any_of(p.operations, [](const operation& o) {
    if (o.what == act::restore) return true;
    return o.what == act::disturb &&
           (o.wrong == trouble::swallowed || o.wrong == trouble::garbled || o.wrong == trouble::unknown_type);
  });
}

bool may_say_twice(const plan& p, const run_options& options) {
  const bool successors = std::ranges::any_of(p.operations, [](const operation& o) {
    return o.what == act::crash || o.what == act::stop || o.what == act::pause;
  });
  return successors || p.replicas > 1 || options.at.what == strike::kind::stale;
}

}  // namespace berth::simulation
