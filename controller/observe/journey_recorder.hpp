#pragma once

#include "controller/observe/journeys.hpp"
#include "controller/observe/stage_clock.hpp"
#include "controller/queue/scheduling_queue.hpp"
#include "controller/serving/metrics.hpp"
#include "k8s/text/keyed_hash.hpp"

/// Watches attempts: what each extension point took goes into the metrics and into the pod's journey.
///
/// One for the scheduler, on its strand. After each call into a profile the caller says `ran`; `profile` is as metrics
/// number it.
namespace berth::controller {

class journey_recorder {
 public:
  journey_recorder(const alarm_clock& time, metrics& figures, const log& out)
      : clock_(time), metrics_(figures), stages_(time, out) {}

  journeys& kept() noexcept { return kept_; }
  const journeys& kept() const noexcept { return kept_; }

  /// The attempt has begun; from now on its calls are watched.
  void begins(const queue_entry& pod, scoring::cycle_state& cycle, instant now) {
    kept_.attempt(pod, now);
    watch(pod.pod.pod->key, cycle);
  }
  /// The same attempt goes on with this cycle.
  void watch(const k8s::object_key& pod, scoring::cycle_state& cycle) {
    stages_.about(pod);
    cycle.observed_by(&stages_);
  }

  /// A call into the profile returned.
  void ran(const std::string& uid, std::size_t profile) {
    for (const stage_time& s : stages_.times()) metrics_.scheduling.ran(profile, s.stage, s.how, s.took);
    for (const auto& p : stages_.calls()) metrics_.plugins.asked(profile, p.call, p.how, p.took);
    kept_.ran(uid, stages_.times());
    if (auto scores = stages_.take_scores()) kept_.scored(uid, std::move(scores));
    stages_.clear();
  }

  /// As `ran`, for Bind, which lasts until the server has answered: the plugins only said what to ask of it.
  void bind_ran(const std::string& uid, std::size_t profile, scoring::code how, instant begun) {
    stages_.clear();
    const stage_time bind{scoring::stage::bind, how, begun, clock_.now() - begun};
    metrics_.scheduling.ran(profile, bind.stage, bind.how, bind.took);
    if (const auto timed = binders_.find(uid); timed != binders_.end()) {
      metrics_.plugins.asked(profile, timed->second, how, bind.took);
      binders_.erase(timed);
    }
    kept_.ran(uid, {&bind, 1});
  }
  /// Bind's plugins have answered and the server has not: nothing to be told yet.
  void bind_begun(const std::string& uid) {
    for (const auto& p : stages_.calls())
      if (p.took && p.how == scoring::code::success) binders_.insert_or_assign(uid, p.call);
    stages_.clear();
  }

 private:
  const alarm_clock& clock_;
  metrics& metrics_;
  stage_clock stages_;
  k8s::text_map<scoring::plugin_call> binders_;  ///< by uid: whose binding is under way, and timed
  journeys kept_;
};

}  // namespace berth::controller
