#pragma once

#include "k8s/watch/reflector_step.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <utility>

/// What the tests of the reflector's rules begin with: answers of a server, and a reflector that has listed and
/// watches.
namespace berth::test::reflector_steps {

using namespace berth::k8s;
using namespace std::chrono_literals;

using kind = reflector_action::kind;
using time_point = reflector_step::time_point;

inline const time_point start{100h};
inline const result<void> well{};

inline list_head page(std::string version, std::string more = "") {
  list_head head;
  head.resource_version = std::move(version);
  head.continue_token = std::move(more);
  return head;
}

inline error fault(errc code, std::string detail = "", int retry_after_seconds = -1) {
  return {code, std::move(detail), 0, retry_after_seconds};
}

inline const error gone = fault(errc::gone, "Expired: too old resource version: 5 (9)");

/// A reflector that has listed at version 5 and watches from there.
struct watching {
  explicit watching(std::uint64_t seed = 1) : step(seed) {
    step.start();
    action = step.listed(page("5"), 1, start);
    progress.emplace(action.version);
  }
  reflector_action ended(const result<void>& how = well, std::chrono::steady_clock::duration lasted = 5min,
                         time_point now = start + 1h) {
    action = step.watch_ended(how, *progress, lasted, now);
    progress.emplace(action.version);
    return action;
  }
  reflector_action event_error(error why, time_point now = start + 1h) {
    progress->saw_error(std::move(why));
    return ended(well, 5min, now);
  }

  reflector_step step;
  reflector_action action;
  std::optional<watch_progress> progress;
};

}  // namespace berth::test::reflector_steps
