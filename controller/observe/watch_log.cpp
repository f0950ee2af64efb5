#include "controller/observe/watch_log.hpp"

#include <algorithm>
#include <utility>

namespace berth::controller {

namespace {

/// Lines about objects that cannot be read, of each resource: so many in a minute.
constexpr std::size_t dropped_per_window = 10;
constexpr std::chrono::minutes dropped_window{1};

constexpr std::chrono::minutes stale_after{1};

}  // namespace

void watch_log::listed(const k8s::collection& what, std::size_t items) {
  follows(what.name);
  const bool again = !listed_before_.insert(what.name).second;
  log_.info(again ? 2 : 0, again ? "Listed again" : "Listed", {{"resource", what.name}, {"items", items}});
}

void watch_log::failed(const k8s::collection& what, const char* phase, const k8s::error& why,
                       std::chrono::milliseconds retry_in) {
  metrics_.client.watch_failed(what.name, why.code);
  failing_since_.try_emplace(what.name, clock_.now());
  publish();
  if (why.code == k8s::errc::forbidden) return;  // named by observed_client, once a minute
  const auto told = outages_.failed(what.name, clock_.now());
  if (!told) return;
  log_.warning("Cannot follow the API server; trying again", {{"resource", what.name},
                                                              {"phase", phase},
                                                              {"err", why.detail},
                                                              {"retryIn", retry_in},
                                                              {"timesSinceLastSaid", told->failures}});
}

void watch_log::recovered(const k8s::collection& what) {
  follows(what.name);
  const auto told = outages_.works(what.name, clock_.now());
  if (!told) return;
  log_.info(0, "Following the API server again",
            {{"resource", what.name}, {"failures", told->failures}, {"after", told->lasted}});
}

void watch_log::follows(const std::string& resource) {
  if (failing_since_.erase(resource) > 0) publish();
}

void watch_log::publish() {
  auto first = never_failing;
  for (const auto& [resource, since] : failing_since_) first = std::min(first, since.time_since_epoch().count());
  first_failing_ = first;
}

bool watch_log::stale(k8s::clock::time_point now) const {
  const auto first = first_failing_.load();
  return first != never_failing && now - k8s::clock::time_point(k8s::clock::duration(first)) >= stale_after;
}

void watch_log::dropped(const k8s::collection& what, const k8s::error& why) {
  metrics_.client.dropped_object(what.name);
  dropped_lines& lines = dropped_[what.name];
  const auto now = clock_.now();
  if (lines.told == 0 || now - lines.since >= dropped_window) {
    lines.since = now;
    lines.told = 0;
  }
  if (lines.told == dropped_per_window) {
    ++lines.left_out;
    return;
  }
  ++lines.told;
  const std::size_t left_out = std::exchange(lines.left_out, 0);
  if (left_out > 0)
    log_.error(why.detail, "An object could not be read and is left out",
               {{"resource", what.name}, {"notSaid", left_out}});
  else
    log_.error(why.detail, "An object could not be read and is left out", {{"resource", what.name}});
}

void watch_log::missed(const k8s::collection& what, const k8s::object_key& object) {
  metrics_.client.missed_line(what.name);
  log_.warning("The watch has missed a change; all is listed again",
               {{"resource", what.name}, {"object", object.text()}});
}

}  // namespace berth::controller
