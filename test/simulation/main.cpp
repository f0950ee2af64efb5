#include "test/simulation/exhaustive.hpp"
#include "test/simulation/shrink.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <vector>

/// simulation: whole clusters on a clock that is turned, by the seed.
///
///   simulation --runs 1000                        random lives, seeds 1 to 1000
///   simulation --seed 17 --show                   one of them again, with all that happens
///   simulation --seed 17 --keep 3,9,14 --show     and only these of its operations
///   simulation --lives 12                         exhaustive plans of the first 12 small lives
///   simulation --life 3 --strike lose --at 41 --show
///
/// Exit code 1 where a property was violated.
namespace {

using namespace berth::simulation;

struct totals {
  std::size_t runs = 0;
  std::size_t failed = 0;
  std::size_t bindings = 0;
  std::size_t fail_overs = 0;
  duration lasted{0};
  duration known_after{0};  ///< at most
  std::array<std::size_t, troubles> troubled{};

  void add(const outcome& o) {
    ++runs;
    failed += !o.violations.empty();
    bindings += o.bindings;
    fail_overs += o.fail_overs;
    lasted += o.lasted;
    known_after = std::max(known_after, o.known_after);
    for (std::size_t i = 0; i < troubles; ++i) troubled[i] += o.troubled[i];
  }
};

long seconds(duration d) { return std::chrono::duration_cast<std::chrono::seconds>(d).count(); }
double hours(duration d) { return std::chrono::duration<double, std::ratio<3600>>(d).count(); }

/// Of one life: its violations, and the smallest life that shows the first of them.
void tell_of_failure(const plan& p, const outcome& o, bool shrinks) {
  for (std::size_t i = 0; i < std::min<std::size_t>(o.violations.size(), 5); ++i)
    fmt::print("seed {}: {}: {}\n", p.seed, o.violations[i].property, o.violations[i].what);
  fmt::print("  replay: simulation --seed {} --show\n", p.seed);
  std::fflush(stdout);
  if (!shrinks) return;
  const std::vector<std::size_t> kept = shrink(p, o.violations.front().property);
  fmt::print("  smallest: simulation --seed {} --keep {} --show\n", p.seed, fmt::join(kept, ","));
  for (const std::size_t i : kept) fmt::print("    {}\n", text_of(p.operations[i]));
  std::fflush(stdout);
}

int random_lives(std::uint64_t first, std::size_t runs, std::size_t most_failures, bool shrinks) {
  totals all;
  for (std::uint64_t seed = first; seed < first + runs && all.failed < most_failures; ++seed) {
    const plan p = random_plan(seed);
    const outcome o = run(p);
    all.add(o);
    // Every tenth is lived twice: the same seed must make the same life.
    if (seed % 10 == 0 && run(p).hash != o.hash) {
      ++all.failed;
      fmt::print("seed {}: a second run of it was another\n", seed);
    }
    if (!o.violations.empty()) tell_of_failure(p, o, shrinks);
    if (all.runs % 1000 == 0)
      fmt::print(stderr, "{} of {} runs, {} violations, {:.1f} hours\n", all.runs, runs, all.failed, hours(all.lasted));
  }
  fmt::print("kinds of trouble:");
  for (std::size_t i = 0; i < troubles; ++i) fmt::print(" {} {}", name_of(static_cast<trouble>(i)), all.troubled[i]);
  fmt::print("\n{} runs, {} violations, {:.1f} hours, {} bindings, {} fail-overs; all was known {} s after trouble\n",
             all.runs, all.failed, hours(all.lasted), all.bindings, all.fail_overs, seconds(all.known_after));
  return all.failed == 0 ? 0 : 1;
}

int all_strikes(int lives) {
  exhaustive_result all;
  const auto tell = [](const std::string& line) {
    fmt::print("{}\n", line);
    std::fflush(stdout);
  };
  for (int life = 0; life < lives; ++life) {
    const exhaustive_result one = strike_everywhere(life, tell);
    all.plans += one.plans;
    all.divergences += one.divergences;
    all.excused += one.excused;
    all.lasted += one.lasted;
    all.known_after = std::max(all.known_after, one.known_after);
    fmt::print(stderr, "{} of {} lives, {} plans, {} divergences\n", life + 1, lives, all.plans, all.divergences);
  }
  fmt::print("{} plans, {} divergences, {} ends that lack an event, {:.1f} hours; all was known {} s after trouble\n",
             all.plans, all.divergences, all.excused, hours(all.lasted), seconds(all.known_after));
  return all.divergences == 0 ? 0 : 1;
}

int one_life(const plan& p, const run_options& options) {
  if (options.show)
    for (std::size_t i = 0; i < p.operations.size(); ++i) fmt::print("{:>3}: {}\n", i, text_of(p.operations[i]));
  const outcome o = run(p, options);
  for (const violation& v : o.violations) fmt::print("{}: {}\n", v.property, v.what);
  if (options.show)
    for (const auto& [name, state] : o.end.pods) fmt::print("{}: {}\n", name, state);
  fmt::print("hash {:016x}, {} violations, {} bindings, {} writes, {} lines, {} versions, known after {} s\n", o.hash,
             o.violations.size(), o.bindings, o.writes, o.lines, o.versions, seconds(o.known_after));
  return o.violations.empty() ? 0 : 1;
}

strike::kind strike_named(const std::string& name) {
  for (int k = 0; k <= static_cast<int>(strike::kind::restore); ++k)
    if (name == name_of(static_cast<strike::kind>(k))) return static_cast<strike::kind>(k);
  throw CLI::ValidationError("--strike", "there is no strike " + name);
}

}  // namespace

int main(int count, char** words) {
  CLI::App app{"Whole clusters on a clock that is turned by hand"};
  std::size_t runs = 0, most_failures = 3, at = 0;
  std::uint64_t first = 1, seed = 0;
  int lives = 0, life = -1;
  bool show = false, as_they_are = false;
  std::string struck = "none";
  std::vector<std::size_t> kept;
  app.add_option("--runs", runs, "random lives");
  app.add_option("--first", first, "the seed of the first of them");
  app.add_option("--most-failures", most_failures, "after so many it ends");
  app.add_option("--seed", seed, "one random life");
  auto* keep = app.add_option("--keep", kept, "only these operations of it")->delimiter(',');
  app.add_option("--lives", lives, "exhaustive plans of so many small lives")->check(CLI::Range(0, small_lives));
  app.add_option("--life", life, "one small life")->check(CLI::Range(0, small_lives - 1));
  app.add_option("--strike", struck, "what strikes it");
  app.add_option("--at", at, "where");
  app.add_flag("--as-they-are", as_they_are, "lives that fail are not made smaller");
  app.add_flag("--show", show, "all that happens");
  try {
    app.parse(count, words);
    const run_options options{.show = show, .at = {strike_named(struck), at}};
    if (life >= 0) return one_life(small_life(life), options);
    if (seed != 0) {
      const plan p = random_plan(seed);
      return one_life(keep->count() > 0 ? with_only(p, kept) : p, options);
    }
    if (lives > 0) return all_strikes(lives);
    return random_lives(first, runs == 0 ? 100 : runs, most_failures, !as_they_are);
  } catch (const CLI::ParseError& e) {
    return app.exit(e);
  }
}
