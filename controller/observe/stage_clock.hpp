#pragma once

#include "controller/observe/stage_time.hpp"
#include "controller/observe/step_scores.hpp"
#include "controller/runtime/clock.hpp"
#include "controller/runtime/log.hpp"
#include "scoring/engine/observer.hpp"

#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

/// Times the extension points of one call into a profile, and in one such call of ten, on average, each plugin too;
/// keeps the best scores, and logs all of them at -v 10. The owner takes what has gathered when the call returned.
///
/// On the one strand. Calls into profiles do not overlap, so one is enough for all pods.
namespace berth::controller {

class stage_clock final : public scoring::observer {
 public:
  stage_clock(const alarm_clock& time, const log& out) : clock_(time), log_(out) {}

  /// From now on decisions are about this pod, in the log.
  void about(const k8s::object_key& pod) { pod_ = pod; }

  void begins(scoring::stage) override { begun_ = clock_.now(); }
  void ended(scoring::stage s, scoring::code how) override {
    times_.push_back({s, how, begun_, clock_.now() - begun_});
  }
  void plugin_begins() override { plugin_begun_ = clock_.now(); }
  void plugin_ended(const scoring::plugin_call& call, scoring::code how) override {
    std::optional<duration> took;
    if (times_plugins()) took = clock_.now() - plugin_begun_;
    calls_.push_back({call, how, took});
  }
  /// The chosen node and the next three; every node where all are logged.
  std::size_t scores_wanted() const override;
  void scored(const scoring::score_table& table) override;

  std::span<const stage_time> times() const noexcept { return times_; }
  /// nullptr where nothing was scored.
  std::shared_ptr<const step_scores> take_scores() noexcept { return std::exchange(scores_, nullptr); }
  /// Each plugin that was called.
  struct plugin_time {
    scoring::plugin_call call;
    scoring::code how;
    std::optional<duration> took;  ///< where it was timed
  };
  std::span<const plugin_time> calls() const noexcept { return calls_; }
  /// Forgets this call into the profile: the next one begins.
  void clear() {
    times_.clear();
    calls_.clear();
    time_plugins(dice_() % 10 == 0);
  }

 private:
  const alarm_clock& clock_;
  const log& log_;
  k8s::object_key pod_;
  std::shared_ptr<const std::vector<std::string>> plugins_;  ///< of the last table: most have the same
  std::shared_ptr<const step_scores> scores_;
  instant begun_{};
  std::vector<stage_time> times_;
  instant plugin_begun_{};
  std::vector<plugin_time> calls_;
  std::minstd_rand dice_{1};
};

}  // namespace berth::controller
