#pragma once

#include "controller/runtime/log.hpp"
#include "controller/runtime/outages.hpp"
#include "controller/serving/metrics.hpp"
#include "k8s/watch/reflector.hpp"

#include <set>
#include <string>

/// Tells log and metrics how the watches fare. On the one strand; what is passed by reference outlives it.
namespace berth::controller {

class watch_log final : public k8s::reflector_observer {
 public:
  watch_log(const log& out, metrics& figures, const k8s::clock& time) : log_(out), metrics_(figures), clock_(time) {}

  void listed(const k8s::collection& what, std::size_t items) override;
  void failed(const k8s::collection& what, const char* phase, const k8s::error& why,
              std::chrono::milliseconds retry_in) override;
  void recovered(const k8s::collection& what) override;
  void dropped(const k8s::collection& what, const k8s::error& why) override;

 private:
  const log& log_;
  metrics& metrics_;
  const k8s::clock& clock_;
  outages outages_;
  std::set<std::string> listed_before_;
};

}  // namespace berth::controller
