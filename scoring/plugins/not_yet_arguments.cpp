#include "scoring/plugins/not_yet_arguments.hpp"

#include <limits>

namespace berth::scoring {

namespace {

constexpr std::int64_t max_int32 = std::numeric_limits<std::int32_t>::max();

}  // namespace

void no_arguments(arguments&) {}

void read_default_preemption_arguments(arguments& args) {
  const std::int64_t percentage = args.integer_or("minCandidateNodesPercentage", 10, 0, 100);
  const std::int64_t absolute = args.integer_or("minCandidateNodesAbsolute", 100, 0, max_int32);
  if (percentage == 0 && absolute == 0)
    args.fail("minCandidateNodesPercentage", "cannot be zero at the same time as minCandidateNodesAbsolute");
}

void read_dynamic_resources_arguments(arguments& args) {
  using namespace std::chrono_literals;
  if (const auto limit = args.duration("filterTimeout"); limit && *limit < 0s)
    args.fail("filterTimeout", "must be zero or positive");
  if (const auto limit = args.duration("bindingTimeout"); limit && *limit < 1s)
    args.fail("bindingTimeout", "must be at least 1 second");
}

}  // namespace berth::scoring
