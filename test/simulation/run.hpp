#pragma once

#include "test/simulation/plan.hpp"
#include "test/simulation/referee.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

/// One run: a cluster lives through a plan, is left in peace, and is judged.
namespace berth::simulation {

/// One thing that goes wrong at one point of an otherwise undisturbed run: an exhaustive plan has one of each.
struct strike {
  enum class kind : std::uint8_t {
    none,
    crash,   ///< the process dies after its `at`-th write was carried out, before it hears of it
    lose,    ///< line `at` of a watch is lost
    miss,    ///< the watch breaks at line `at`, and the versions up to now are gone: what was missed is never seen
    delay,   ///< line `at` comes 20 s late, and those after it too
    repeat,  ///< line `at` comes twice
    stale,   ///< the process starts anew when all is done, before a watch cache that has seen version `at` and no later
    restore,  ///< when all is done etcd is as it was at version `at`, and has grown past what was seen
  };
  kind what = kind::none;
  std::size_t at = 0;
};
const char* name_of(strike::kind k);

struct run_options {
  bool show = false;  ///< prints what happens
  strike at = {};
};

/// How a run ended, in what does not hang on chance: which pods there are, which of them have a node, and what was
/// said.
struct end_state {
  std::map<std::string, std::string> pods;  ///< by name: "bound", or the reason of the condition
  std::set<std::string> events;             ///< "name: reason"
  bool operator==(const end_state&) const = default;
};

struct outcome {
  std::vector<violation> violations;
  std::uint64_t hash = 0;
  duration lasted{0};
  std::size_t bindings = 0;
  std::size_t fail_overs = 0;
  std::size_t writes = 0;  ///< of replicas, that were carried out
  std::size_t lines = 0;   ///< of watches
  std::int64_t versions = 0;
  /// From the end of trouble until what every replica held was what the server had; or never.
  duration known_after = duration::max();
  std::array<std::size_t, troubles> troubled{};
  end_state end;
};

outcome run(const plan& p, const run_options& options = {});

}  // namespace berth::simulation
