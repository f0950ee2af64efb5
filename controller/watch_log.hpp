#pragma once

#include "controller/log.hpp"
#include "controller/metrics.hpp"
#include "k8s/reflector.hpp"

#include <map>
#include <string>

/// Tells log and metrics how the watches fare. On the one strand.
namespace berth::controller {

class watch_log final : public k8s::reflector_observer {
 public:
  watch_log(const log& out, metrics& figures) : log_(out), metrics_(figures) {}

  void listed(const k8s::collection& what, std::size_t items) override;
  void failed(const k8s::collection& what, const char* phase, const k8s::error& why,
              std::chrono::milliseconds retry_in) override;
  void dropped(const k8s::collection& what, const k8s::error& why) override;

 private:
  const log& log_;
  metrics& metrics_;
  std::map<std::string, bool> listed_before_;
};

}  // namespace berth::controller
