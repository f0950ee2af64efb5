#include "scoring/preemption/choice.hpp"

#include <algorithm>
#include <tuple>

namespace berth::scoring {

namespace {

// Of those of the highest priority. The first victim does not always have it: an extender may have put another first.
std::int64_t earliest_start(const std::vector<pod_info>& victims) {
  std::int32_t highest = victims.front().spec().priority;
  std::int64_t earliest = start_of(*victims.front().pod);
  for (const pod_info& v : victims) {
    const std::int64_t start = start_of(*v.pod);
    if (v.spec().priority > highest) {
      highest = v.spec().priority;
      earliest = start;
    } else if (v.spec().priority == highest) {
      earliest = std::min(earliest, start);
    }
  }
  return earliest;
}

// Small is good. Priorities are made positive, so that more victims never make a smaller sum.
auto cost(const preemption_candidate& c) {
  std::int64_t sum = 0;
  for (const pod_info& v : c.victims) sum += v.spec().priority + (std::int64_t{1} << 31);
  return std::tuple(c.violations, c.victims.front().spec().priority, sum, c.victims.size(), -earliest_start(c.victims));
}

}  // namespace

std::size_t choose_candidate(std::span<const preemption_candidate> candidates) {
  const auto best = std::min_element(candidates.begin(), candidates.end(),
                                     [](const auto& a, const auto& b) { return cost(a) < cost(b); });
  return static_cast<std::size_t>(best - candidates.begin());
}

}  // namespace berth::scoring
