#include "controller/runtime/outages.hpp"

#include <utility>

namespace berth::controller {

std::optional<outages::report> outages::failed(const std::string& what, instant now) {
  outage& it = known_[what];
  if (!it.began) {
    it.began = now;
    it.failures = 0;
    it.told = false;
  }
  ++it.failures;
  ++it.passed_over;
  if (it.said && now - *it.said < silence_) return std::nullopt;
  it.said = now;
  it.told = true;
  return report{std::exchange(it.passed_over, 0), now - *it.began};
}

std::optional<outages::report> outages::works(const std::string& what, instant now) {
  const auto found = known_.find(what);
  if (found == known_.end() || !found->second.began) return std::nullopt;
  outage& it = found->second;
  const report ended{it.failures, now - *std::exchange(it.began, std::nullopt)};
  return it.told ? std::optional(ended) : std::nullopt;
}

}  // namespace berth::controller
