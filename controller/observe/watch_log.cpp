#include "controller/observe/watch_log.hpp"

namespace berth::controller {

void watch_log::listed(const k8s::collection& what, std::size_t items) {
  const bool again = !listed_before_.insert(what.name).second;
  log_.info(again ? 2 : 0, again ? "Listed again" : "Listed", {{"resource", what.name}, {"items", items}});
}

void watch_log::failed(const k8s::collection& what, const char* phase, const k8s::error& why,
                       std::chrono::milliseconds retry_in) {
  metrics_.client.watch_failed(what.name, why.code);
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
  const auto told = outages_.works(what.name, clock_.now());
  if (!told) return;
  log_.info(0, "Following the API server again",
            {{"resource", what.name}, {"failures", told->failures}, {"after", told->lasted}});
}

void watch_log::dropped(const k8s::collection& what, const k8s::error& why) {
  metrics_.client.dropped_object(what.name);
  log_.error(why.detail, "An object could not be read and is left out", {{"resource", what.name}});
}

}  // namespace berth::controller
