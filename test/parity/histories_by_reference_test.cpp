#include "controller/config/configuration.hpp"
#include "k8s/text/value_reader.hpp"
#include "test/parity/histories.hpp"
#include "test/parity/recordings.hpp"
#include "test/parity/same_decision.hpp"
#include "test/support/seeds.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

using namespace berth;
using namespace berth::test;

namespace {

constexpr std::size_t history_length = 50;

std::string configuration_text(unsigned seed) {
  constexpr const char* files[] = {"", "packing.yaml", "ratio.yaml", "reordered.yaml"};
  if (seed % 4 == 0) return "";
  std::ifstream in(parity_folder / "configs" / files[seed % 4]);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<scoring::profile> berths_profiles(const std::string& config) {
  return controller::make_profiles(config.empty() ? controller::default_configuration("default-scheduler")
                                                  : controller::parse_configuration(config, "configuration"),
                                   scoring::default_registry());
}

struct outcome {
  std::size_t steps = 0;  ///< after how many the two differed, or all
  std::vector<std::string> differences;
  kinds_of_decisions seen;
};

/// Lives through the steps, and judges a pod after each.
outcome live_through(unsigned seed, const std::vector<step>& steps) {
  const std::string config = configuration_text(seed);
  std::vector<scoring::profile> berth = berths_profiles(config);
  const reference::profile plain =
      reference::read_profiles(config.empty() ? k8s::value{} : k8s::read_value(config, "configuration").value())
          .front();
  two_clusters world(seed);
  outcome o;
  for (const step& s : steps) {
    ++o.steps;
    world.apply(s);
    if (!s.judged) continue;
    // Any pod, and one of a workload that is judged each time.
    for (const std::uint64_t which : {s.seed, std::uint64_t{1}}) {
      o.differences = differences(world.waiting_pod(which), berth.front(), world.live, plain, world.objects, o.seen);
      if (!o.differences.empty()) return o;
    }
  }
  return o;
}

/// Leaves out what is not needed for the last step to differ.
std::vector<step> shrunk(unsigned seed, std::vector<step> steps) {
  for (std::size_t i = steps.size() - 1; i-- > 0;) {
    std::vector<step> fewer = steps;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    const outcome o = live_through(seed, fewer);
    if (!o.differences.empty() && o.steps == fewer.size()) steps = std::move(fewer);
  }
  return steps;
}

std::string report(unsigned seed, const std::vector<step>& steps) {
  std::string text = "BERTH_TEST_SEED=" + std::to_string(seed) + ", after";
  for (const step& s : steps) text += "\n  " + describe(s);
  for (const std::string& d : live_through(seed, steps).differences) text += "\n" + d;
  return text;
}

void add(kinds_of_decisions& to, const kinds_of_decisions& more) {
  to.by_score += more.by_score;
  to.without_choice += more.without_choice;
  to.nominated += more.nominated;
  to.nowhere += more.nowhere;
  to.preempting += more.preempting;
  to.errors += more.errors;
}

}  // namespace

TEST_CASE("reference: berth decides as it does, whatever happened before" * doctest::test_suite("random")) {
  kinds_of_decisions seen;
  for (const unsigned seed : seeds({.quick = 25, .all = 2000})) {
    std::vector<step> steps = random_history(seed, history_length);
    const outcome o = live_through(seed, steps);
    add(seen, o.seen);
    if (o.differences.empty()) continue;
    steps.resize(o.steps);
    FAIL_CHECK(report(seed, shrunk(seed, std::move(steps))));
  }
  std::cout << "reference: decisions by score " << seen.by_score << ", without a choice " << seen.without_choice
            << ", on the nominated node " << seen.nominated << ", nowhere " << seen.nowhere << ", by preemption "
            << seen.preempting << ", errors " << seen.errors << '\n';
  if (only_seed() != 0) return;
  CHECK(seen.by_score > 100);
  CHECK(seen.without_choice > 50);
  CHECK(seen.nominated > 10);
  CHECK(seen.nowhere > 100);
  CHECK(seen.preempting > 50);
  CHECK(seen.errors > 3);
}
