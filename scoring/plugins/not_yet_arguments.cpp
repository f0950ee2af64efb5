#include "scoring/plugins/not_yet_arguments.hpp"

#include "scoring/plugins/fit_strategy.hpp"

#include <limits>
#include <set>
#include <utility>

namespace berth::scoring {

namespace {

constexpr std::int64_t max_int32 = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t max_int64 = std::numeric_limits<std::int64_t>::max();

// One default constraint: its key and what it does. Its selector comes from the workload, so it may have none.
std::pair<std::string, std::string> constraint(arguments& a) {
  if (!a.has("maxSkew")) a.fail("maxSkew", "is required");
  a.integer("maxSkew", 1, max_int32);
  const std::string key = a.text_or("topologyKey", "");
  if (key.empty()) a.fail("topologyKey", "is required");
  if (!is_qualified_name(key)) a.fail("topologyKey", "\"" + key + "\" is not a label key");
  if (!a.has("whenUnsatisfiable")) a.fail("whenUnsatisfiable", "is required");
  std::string action = a.choice_or("whenUnsatisfiable", "", {"DoNotSchedule", "ScheduleAnyway"});
  if (a.has("labelSelector"))
    a.fail("labelSelector", "constraint must not define a selector, as they deduced for each pod");
  a.integer("minDomains", 1, max_int32);
  a.choice_or("nodeAffinityPolicy", "Honor", {"Honor", "Ignore"});
  a.choice_or("nodeTaintsPolicy", "Ignore", {"Honor", "Ignore"});
  a.texts("matchLabelKeys");
  a.raw("labelSelector");
  a.finish();
  return {key, std::move(action)};
}

}  // namespace

void no_arguments(arguments&) {}

void read_default_preemption_arguments(arguments& args) {
  const std::int64_t percentage = args.integer_or("minCandidateNodesPercentage", 10, 0, 100);
  const std::int64_t absolute = args.integer_or("minCandidateNodesAbsolute", 100, 0, max_int32);
  if (percentage == 0 && absolute == 0)
    args.fail("minCandidateNodesPercentage", "cannot be zero at the same time as minCandidateNodesAbsolute");
}

void read_inter_pod_affinity_arguments(arguments& args) {
  args.integer("hardPodAffinityWeight", 0, 100);
  args.boolean_or("ignorePreferredTermsOfExistingPods", false);
}

void read_volume_binding_arguments(arguments& args) {
  args.integer("bindTimeoutSeconds", 0, max_int64);
  read_shape(args, "shape");
}

void read_dynamic_resources_arguments(arguments& args) {
  using namespace std::chrono_literals;
  if (const auto limit = args.duration("filterTimeout"); limit && *limit < 0s)
    args.fail("filterTimeout", "must be zero or positive");
  if (const auto limit = args.duration("bindingTimeout"); limit && *limit < 1s)
    args.fail("bindingTimeout", "must be at least 1 second");
}

bool read_pod_topology_spread_arguments(arguments& args) {
  std::set<std::pair<std::string, std::string>> seen;
  bool hard = false;
  for (arguments& one : args.list("defaultConstraints")) {
    const std::pair<std::string, std::string> c = constraint(one);
    if (!seen.insert(c).second) throw configuration_error(one.path(), "duplicate {" + c.first + ", " + c.second + "}");
    hard = hard || c.second == "DoNotSchedule";
  }
  if (args.choice_or("defaultingType", "System", {"System", "List"}) == "System" && !seen.empty())
    args.fail("defaultingType", "must be List when defaultConstraints are not empty");
  return hard;
}

}  // namespace berth::scoring
