#include "test/simulation/weather.hpp"

namespace berth::simulation {

using namespace std::chrono_literals;

bool is_of(scope which, std::string_view method, std::string_view target) {
  const auto has = [&](std::string_view part) { return target.find(part) != std::string_view::npos; };
  const bool watch = has("watch=true");
  const bool named = has("/pods/") || has("/leases/");
  switch (which) {
    case scope::everything:
      return true;
    case scope::bindings:
      return target.ends_with("/binding");
    case scope::events:
      return has("/events");
    case scope::status:
      return target.ends_with("/status");
    case scope::lease:
      return has("/leases");
    case scope::lists:
      return method == "GET" && !watch && !named;
    case scope::watches:
      return watch;
    case scope::reads:
      return method == "GET" && !watch && has("/pods/");
  }
  return false;
}

std::optional<trouble> weather::strikes(int replica, std::string_view method, std::string_view target,
                                        bool watch_trouble, bool begins) {
  for (const spell& s : under_way_) {
    if (s.until <= time_.now() || of_watches(s.of.wrong) != watch_trouble) continue;
    const bool at_the_beginning = s.of.wrong == trouble::ends_at_once || s.of.wrong == trouble::silent;
    if (watch_trouble && at_the_beginning != begins) continue;
    if (s.of.replica >= 0 && s.of.replica != replica) continue;
    if (!is_of(static_cast<scope>(s.of.number), method, target) || !dice_.percent(s.of.size)) continue;
    ++counts_[static_cast<std::size_t>(s.of.wrong)];
    return s.of.wrong;
  }
  return std::nullopt;
}

request_fate weather::of_request(int replica, const memory_api::request& r) {
  request_fate fate;
  fate.there = std::chrono::microseconds(dice_.between(200, 4'000));
  fate.back = std::chrono::microseconds(dice_.between(200, 4'000));
  fate.wrong = strikes(replica, r.method, r.target, false, false);
  if (fate.wrong == trouble::slow) fate.back += dice_.milliseconds(500, 2'500);
  // A request that was cut off is dropped by a server with its connection; what has not happened by then will not.
  if (fate.wrong == trouble::late) fate.late = dice_.milliseconds(0, 900);
  return fate;
}

line_fate weather::of_line(int replica, std::string_view target) {
  const auto wrong = strikes(replica, "GET", target, true, false);
  if (!wrong) return {};
  switch (*wrong) {
    case trouble::cut:
      return {line_fate::kind::breaks, 0s};
    case trouble::cut_in_line:
      return {line_fate::kind::breaks_within, 0s};
    case trouble::swallowed:
      return {line_fate::kind::swallowed, 0s};
    case trouble::repeated:
      return {line_fate::kind::twice, 0s};
    case trouble::delayed:
      return {line_fate::kind::arrives, dice_.milliseconds(200, 5'000)};
    case trouble::expired:
      return {line_fate::kind::expired, 0s};
    case trouble::garbled:
      return {line_fate::kind::garbled, 0s};
    case trouble::unknown_type:
      return {line_fate::kind::unknown_type, 0s};
    default:
      return {};
  }
}

std::optional<trouble> weather::of_watch(int replica, std::string_view target) {
  return strikes(replica, "GET", target, true, true);
}

}  // namespace berth::simulation
