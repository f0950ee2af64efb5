#pragma once

#include "k8s/lease/leader_elector_step.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// A candidate for a lease, with a server and a clock of its own, for tests of the rules of election.
namespace berth::test::electing {

using namespace berth::k8s;
using namespace std::chrono_literals;

using kind = election_action::kind;

/// A candidate, a lease at a server, and a clock: performs what the rules ask for, unless the server is broken.
struct candidate {
  explicit candidate(std::string identity = "me", std::uint64_t seed = 1)
      : rules({.identity = std::move(identity)}, seed) {}

  clock::wall_time wall() const {
    return clock::wall_time(1'700'000'000s) +
           std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch());
  }

  /// Performs requests until the rules want to sleep or are at their end.
  void settle() {
    while (action.what == kind::get || action.what == kind::create || action.what == kind::replace) {
      asked.push_back(action.what);
      timeouts.push_back(action.timeout);
      action = rules.answered(serve(action), now, wall());
    }
  }
  void begin() {
    action = rules.start(now, wall());
    settle();
  }
  void sleep() {
    REQUIRE(action.what == kind::sleep);
    now += action.how_long;
    action = rules.slept(now, wall());
    settle();
  }
  void stop() {
    action = rules.stop(now, wall());
    settle();
  }

  result<lease> serve(const election_action& a) {
    if (broken) return *broken;
    if (a.what == kind::get) return stored ? result<lease>(*stored) : error{errc::not_found, ""};
    if (a.what == kind::create && stored) return error{errc::already_exists, ""};
    if (a.what == kind::replace) {
      if (!stored) return error{errc::not_found, ""};
      if (a.to_write.resource_version != stored->resource_version) return error{errc::conflict, ""};
    }
    write(a.to_write);
    return *stored;
  }
  void write(lease l) {
    l.resource_version = std::to_string(++version);
    stored = std::move(l);
  }
  /// Somebody else holds the lease from now on.
  void taken_by(std::string who) {
    lease l = stored.value_or(lease{});
    l.holder_identity = std::move(who);
    l.duration_seconds = 15;
    l.renewed = wall();
    l.transitions += 1;
    write(l);
  }

  leader_elector_step rules;
  election_action action;
  clock::time_point now{100h};
  std::optional<lease> stored;
  std::optional<error> broken;
  int version = 0;
  std::vector<kind> asked;
  std::vector<std::chrono::milliseconds> timeouts;
};

inline candidate leader() {
  candidate c;
  c.begin();
  REQUIRE(c.rules.leading());
  c.asked.clear();
  return c;
}

}  // namespace berth::test::electing
