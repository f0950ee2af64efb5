#pragma once

#include "controller/observe/stage_time.hpp"
#include "controller/runtime/clock.hpp"
#include "scoring/engine/observer.hpp"

#include <span>
#include <vector>

/// Times the extension points of one call into a profile; the owner takes what has gathered when it returned.
///
/// On the one strand. Calls into profiles do not overlap, so one is enough for all pods.
namespace berth::controller {

class stage_clock final : public scoring::observer {
 public:
  explicit stage_clock(const alarm_clock& time) : clock_(time) {}

  void begins(scoring::stage) override { begun_ = clock_.now(); }
  void ended(scoring::stage s, scoring::code how) override {
    times_.push_back({s, how, begun_, clock_.now() - begun_});
  }

  std::span<const stage_time> times() const noexcept { return times_; }
  void clear() noexcept { times_.clear(); }

 private:
  const alarm_clock& clock_;
  instant begun_{};
  std::vector<stage_time> times_;
};

}  // namespace berth::controller
